"""What never leaves intake: contact data, and texts as they were before masking."""

from services.intake.vault.vault import Contact, ErasedError, Vault

__all__ = ["Contact", "ErasedError", "Vault"]
