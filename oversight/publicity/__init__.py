"""宣传科's own (S33, S34): `acts` keeps press work and openings, `register` is what lies there and for whom."""
