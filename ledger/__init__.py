"""The record: an append-only log of sealed entries, the keys that open them and the views folded from them."""
