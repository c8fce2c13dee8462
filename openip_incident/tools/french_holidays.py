# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The public holidays of France, by rule: article L3133-1 of the Code du travail.

Alsace-Moselle has two more, by the ordinance of 16 August 1892.
"""

from datetime import date, timedelta

METROPOLITAN = "metropolitan"
ALSACE_MOSELLE = "alsace_moselle"

# (month, day): name
FIXED = {
    (1, 1): "Jour de l'an",
    (5, 1): "Fête du Travail",
    (5, 8): "Victoire 1945",
    (7, 14): "Fête nationale",
    (8, 15): "Assomption",
    (11, 1): "Toussaint",
    (11, 11): "Armistice 1918",
    (12, 25): "Noël",
}
# Days after Easter: name
MOVABLE = {1: "Lundi de Pâques", 39: "Ascension", 50: "Lundi de Pentecôte"}
ALSACE_FIXED = {(12, 26): "Saint-Étienne"}
ALSACE_MOVABLE = {-2: "Vendredi saint"}


def find_easter(year):
    """Return Easter Sunday of the Gregorian calendar (Meeus, Jones, Butcher).

    :param year: from 1583
    """
    golden, century, rest = year % 19, year // 100, year % 100
    leap, left = divmod(century, 4)
    shift = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leap - shift + 15) % 30
    weekday = (32 + 2 * left + 2 * (rest // 4) - epact - rest % 4) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def list_holidays(year, subdivision=METROPOLITAN):
    """Return the public holidays of a year.

    :param subdivision: ``METROPOLITAN`` or ``ALSACE_MOSELLE``, which has two more
    :return: dict of date: name in French
    """
    fixed, movable = dict(FIXED), dict(MOVABLE)
    if subdivision == ALSACE_MOSELLE:
        fixed |= ALSACE_FIXED
        movable |= ALSACE_MOVABLE
    easter = find_easter(year)
    found = {easter + timedelta(days=days): name for days, name in movable.items()}
    # Two can fall on one day: Ascension on 1 May in 2008.
    for (month, day), name in fixed.items():
        found.setdefault(date(year, month, day), name)
    return dict(sorted(found.items()))
