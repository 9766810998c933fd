"""What the product promises about speed, measured: `python -m bench`, called by `make bench`."""
