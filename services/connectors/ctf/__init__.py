"""The Common Transfer File: how a pupil's record travels from one English school to the next."""
