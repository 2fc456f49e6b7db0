"""How entries travel between processes: the relay, the feed and the inbox. The only home of kafka-python."""
