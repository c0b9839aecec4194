"""How much may pass: rates of callers, tries at guessing, and what the door can carry at once."""
