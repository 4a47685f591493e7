"""Messages of the night by e-mail, to a server that speaks SMTP; what is refused is told of without the address."""

import logging

from flows.nights import notify
from tests.peers.smtp import mailbox


def test_a_message_arrives_as_mail_and_the_password_nowhere(capsys, caplog):
    with mailbox() as box, caplog.at_level(logging.DEBUG):
        address = (
            f"mailto://vakt:geheim@127.0.0.1:{box.port}?from=natt@lilleby.example&to=gis@lilleby.example&mode=insecure"
        )
        notify.tell("harmshift: FAILED: lilleby", ["lilleby: failed. no room.", "."], {"HARMSHIFT_NOTIFY": address})
    (mail,), ((sender, recipients),) = box.messages, box.envelopes
    assert (sender, recipients, box.users) == ("natt@lilleby.example", ["gis@lilleby.example"], ["vakt"])
    assert mail["Subject"] == "harmshift: FAILED: lilleby"
    assert "lilleby: failed. no room." in mail.get_body(("plain", "html")).get_content()
    assert "geheim" not in mail.as_string() + capsys.readouterr().out + caplog.text


def test_mail_that_is_refused_costs_a_line_in_the_log_alone(capsys, caplog):
    with mailbox() as box, caplog.at_level(logging.WARNING):
        box.refuse = True
        address = (
            f"mailto://vakt:geheim@127.0.0.1:{box.port}?from=natt@lilleby.example&to=gis@lilleby.example&mode=insecure"
        )
        notify.tell("title", ["line"], {"HARMSHIFT_NOTIFY": address})
    assert box.messages == []
    assert capsys.readouterr() == ("title\nline\n", "")
    assert "1 of 1 addresses in HARMSHIFT_NOTIFY did not take the message" in caplog.text
    assert "geheim" not in caplog.text
