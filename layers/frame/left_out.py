"""Which days are compared by nobody: those on which a change was anticipated, and those on which a break settled."""

from datetime import date

from layers.city import Break, City, Window


def spans_left_out(city: City) -> tuple[Window, ...]:
    """Return the anticipation windows of periods and the settling windows of breaks, in order of time."""
    spans = [
        Window(start=period.anticipated_from, end=period.start)
        for period in city.periods
        if period.anticipated_from is not None
    ]
    spans += [Window(start=b.start, end=b.settled) for b in city.breaks if b.settled is not None]
    return tuple(sorted(spans, key=lambda span: (span.start, span.end)))


def overlap(one: Window, other: Window) -> bool:
    """Whether two half-open windows share a day."""
    return one.start < other.end and other.start < one.end


def pieces(window: Window, spans: tuple[Window, ...]) -> tuple[Window, ...]:
    """Cut spans out of a window; what is left, in order of time, may be nothing."""
    left, begin = [], window.start
    for span in spans:
        if not overlap(window, span):
            continue
        if begin < span.start:
            left.append(Window(start=begin, end=span.start))
        begin = max(begin, span.end)
    if begin < window.end:
        left.append(Window(start=begin, end=window.end))
    return tuple(left)


def breaks_between(city: City, before: date, after: date) -> tuple[Break, ...]:
    """Return the declared breaks whose first day lies after `before` and not after `after`, in order of time."""
    found = [b for b in city.breaks if before < b.start <= after]
    return tuple(sorted(found, key=lambda b: (b.start, b.id)))
