from pydantic import Field, SecretStr

from shared.settings import ServiceSettings


class NotifierSettings(ServiceSettings):
    """The notifier's settings (``ISTEK_*`` environment variables).

    Attributes:
        notifier_database: name of the database.
        smtp_host: mail relay.
        smtp_port: its port.
        smtp_username: name to sign in with; without one nobody signs in.
        smtp_password: its password.
        smtp_sender: the From address of every mail.
        smtp_workers: mails in the relay's hands at once, and connections kept to it.
        sms_url: address of the SMS gateway.
        sms_workers: SMS in the gateway's hands at once.
        message_id_domain: right side of the Message-ID of every mail.
        send_timeout_s: longest wait for one message at a gateway, and for one answer of the vault.
        held_messages: messages of one medium held in memory; further ones wait in the database.
    """

    notifier_database: str = "istek_notifier"
    smtp_host: str = "127.0.0.1"
    smtp_port: int = Field(default=1025, ge=1, le=65535)
    smtp_username: str | None = None
    smtp_password: SecretStr | None = None
    smtp_sender: str = "Beyoğlu Belediyesi <istek@beyoglu.bel.tr>"
    smtp_workers: int = Field(default=8, ge=1)
    sms_url: str = "http://127.0.0.1:8025"
    sms_workers: int = Field(default=8, ge=1)
    message_id_domain: str = "istek.beyoglu.bel.tr"
    send_timeout_s: float = Field(default=10.0, gt=0)
    held_messages: int = Field(default=5_000, ge=1)
