"""The rights service: what people may ask of the school about their data, and what it must then do or not do."""
