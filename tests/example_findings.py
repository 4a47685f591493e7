"""Findings of the example release: the five headlines and four others, with invented figures and truth."""

from layers.city import Words
from layers.disclosure.release import Finding
from tests.example_tables import SERIES

_TEXTS = {
    "harm_total_change": ("Er det blitt mindre registrert skade i alt?", "Has registered harm fallen in all?", "share"),
    "deprivation_of_harm_shift": (
        "Bæres skaden av mer utsatte soner?",
        "Is the harm borne by more deprived districts?",
        "percentile points",
    ),
    "harm_moved_share": ("Hvor mye flyttet?", "How much moved?", "share of the origin's harm"),
    "share_in_most_deprived_fifth_change": (
        "Bærer den mest utsatte femdelen mer?",
        "Does the most deprived fifth bear more?",
        "percentage points",
    ),
    "deterrence_vs_displacement": ("Opphørte skaden, eller flyttet den?", "Did the harm end, or move?", "G/L"),
}
_FIGURES = {
    "harm_total_change": (-0.043, (-0.121, 0.034), "no practical change", -0.052),
    "deprivation_of_harm_shift": (11.4, (7.9, 14.8), "supported", 12.1),
    "harm_moved_share": (0.63, (0.41, 0.86), "supported", 0.7),
    "share_in_most_deprived_fifth_change": (14.2, (8.8, 19.9), "supported", 15.5),
    "deterrence_vs_displacement": (0.78, None, "cannot be decided", 0.82),
}
_PARTS = {
    "harm_total_change": {"before": 1.005, "after": 0.962},
    "deprivation_of_harm_shift": {"origin": 3.1, "receivers": 7.6, "rest": 0.7},
    "harm_moved_share": {"before": 0.31, "gain": 0.195},
    "share_in_most_deprived_fifth_change": {"before": 7.2, "after": 21.4},
    "deterrence_vs_displacement": {"G": 0.195, "L": 0.25},
}


def findings(*, simulated: bool) -> tuple[Finding, ...]:
    headline = [_finding(kind, "before->tunnel", SERIES[0], headline=True) for kind in _TEXTS]
    second = [_finding(kind, "before->market", SERIES[0], headline=False) for kind in list(_TEXTS)[:2]]
    other = [_finding(kind, "before->tunnel", SERIES[1], headline=False) for kind in list(_TEXTS)[:2]]
    found = headline + second + other
    if not simulated:
        found = [Finding(**{**vars(f), "truth": None}) for f in found]
    return tuple(found)


def _finding(kind: str, step: str, series: str, *, headline: bool) -> Finding:
    question_nb, question_en, unit = _TEXTS[kind]
    estimate, interval, verdict, truth = _FIGURES[kind]
    decided = verdict != "cannot be decided"
    return Finding(
        id=f"{kind}:{step}",
        kind=kind,
        step=step,
        series=series,
        harm_class=series.split("_", maxsplit=1)[0],
        borne_by=series.split("_")[1],
        route="reactive",
        adjustment="control",
        headline=headline,
        question=Words(nb=question_nb, en=question_en),
        estimate=estimate,
        unit=unit,
        interval=interval,
        level=0.95,
        p_value=1 / 3 if headline else None,
        method=Words(
            nb="uker trukket på nytt; drift fra tidligere årspar lagt til",
            en="weeks resampled; drift of earlier year pairs added",
        ),
        assumptions=(
            Words(nb="Kontrollsonene følger samme utvikling.", en="Control districts follow the same trend."),
        ),
        detection_band=(interval[0] - 0.1, interval[1] + 0.1) if interval else None,
        tipping_point="none" if decided else None,
        multiverse={
            "min": estimate * 0.7,
            "median": estimate,
            "max": estimate * 1.2,
            "share_agreeing_in_sign": 0.96,
            "choices": 48.0,
        },
        parts=_PARTS[kind],
        statement=Words(
            nb=f"Registrerte hendelser: anslaget er {str(estimate).replace('.', ',')} ({unit}).",
            en=f"Registered incidents: the estimate is {estimate} ({unit}).",
        ),
        verdict=verdict,
        would_decide=None if decided else Words(nb="Uketall for tilbudene.", en="Weekly figures of the services."),
        truth=truth,
    )
