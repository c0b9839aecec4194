"""What never leaves intake: contact data, and texts as they were before masking."""

from services.intake.vault.vault import Contact, Vault

__all__ = ["Contact", "Vault"]
