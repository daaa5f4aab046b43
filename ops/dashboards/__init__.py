"""Grafana's dashboards as code: the JSON in ``deploy/grafana/dashboards`` is made from here."""
