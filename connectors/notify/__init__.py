"""Alerts that reach people: from ``alerts.v1`` to webhooks, mail and chat robots, each alert id once per channel."""
