"""What is compared is measured in turn: a slow minute is a slow one for all of it."""


def take_turns(plan, bar, asks):
    """Measure requests or mails in turn, a few of each at a time.

    :param plan: whose ``repeats`` are spread over its ``pairs``
    :param bar: advanced for each turn of each
    :param asks: dict of key: function that takes how many, and returns a dict of name:
        readings
    :return: dict of (key, name): readings
    """
    found = {}
    for _pair in range(plan.pairs):
        for key, ask in asks.items():
            for name, readings in ask(max(1, plan.repeats // plan.pairs)).items():
                found.setdefault((key, name), []).extend(readings)
            bar.advance(str(key))
    return found
