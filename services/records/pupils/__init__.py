"""Who a pupil is: names, numbers, and which records are the same child."""
