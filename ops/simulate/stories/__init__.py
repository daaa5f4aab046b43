"""What happens to boxes, bills and vessels: each story writes its events and its truth on the day's sheet."""
