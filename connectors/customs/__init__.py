"""Customs' side of the platform: what was said to customs, once and durably; and a stand-in that answers (海关)."""
