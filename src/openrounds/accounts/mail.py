"""Mails are written in the request and sent by a job, so that no page waits for a mail server."""

from django.core.mail import EmailMultiAlternatives

from openrounds.jobs.actions import enqueue
from openrounds.jobs.registry import Fact, handler, of


class Mail(Fact, frozen=True):
    """One mail to one person, written out."""

    to: str
    subject: str
    text: str
    sender: str


def queue_mail(mail: Mail) -> None:
    """In the caller's transaction."""
    enqueue(of(send_mail), mail)


@handler(queue="mail", transactional=False)
def send_mail(mail: Mail) -> None:
    """May be sent twice after a crash, which a reader survives better than a mail that never came."""
    EmailMultiAlternatives(mail.subject, mail.text, mail.sender, [mail.to]).send()
