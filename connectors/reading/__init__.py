"""What all ways in share: where bytes come from and in which format, events, problems and their words, numbers of boxes
and vessels."""
