"""Thin agents: one module per kind turns a decoded batch into evidence. No decisions here."""
