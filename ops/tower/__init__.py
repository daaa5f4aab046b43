"""The control tower: pages for people, on the same port as the API, live, in Chinese and English, without the internet."""
