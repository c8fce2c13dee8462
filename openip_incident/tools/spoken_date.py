# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Dates as people say them: the day in words, the hour, the place whose hour it is.

Languages that are not listed are written as CLDR has it, by Babel.
"""

import re
from datetime import UTC, time
from functools import lru_cache

from babel import Locale
from babel.core import UnknownLocaleError
from babel.dates import format_date, format_skeleton, format_time

from .zones import read_zone

DEFAULT = "en_US"

# How a day and an hour stand in one sentence.
JOINED = {
    "en": "{day} at {hour}",
    "fr": "{day} à {hour}",
    "de": "{day} um {hour}",
    "es": "{day} a las {hour}",
    "it": "{day} alle {hour}",
    "nl": "{day} om {hour}",
    "pt": "{day} às {hour}",
}
# Of (a weekday, its day and month): Babel's own has a year in it.
DAYS = {
    "en": "d MMMM",
    "fr": "d MMMM",
}
HOURS = {"en": "HH:mm", "fr": "H 'h' mm"}
SHORT_DAYS = {"en": "d MMMM", "fr": "dd/MM"}

YEAR = re.compile(r"[\s,./]*(?:'[^']*'\s*)?\by+\b|\by+\b\.?[\s,./]*")
# French says "le 1er", and "le 2".
FIRST = re.compile(r"\b1(?= )")
HOUR = re.compile(r"\b(\d{1,2}) h (\d{2})\b")
VOWELS = "aeiouyâàéèêëîïôöùûüœæh"


def say_moment(date, zone, lang, now=None, home=None, weekday=True):
    """Return day and hour of a moment as its reader would say them.

    :param date: naive UTC
    :param zone: name of the time zone that it is told in
    :param lang: code of a language of Odoo
    :param now: naive UTC: the year is left out if it is that of now
    :param home: the zone of whose hour nothing has to be said, nothing to name it
        in any case
    :param weekday: whether its name is told, too
    """
    locale = get_locale(lang)
    local = to_local(date, zone)
    same_year = now is not None and _get_year(now, zone) == local.year
    day = _say_day(local, locale, weekday, not same_year)
    hour = _say_hour(local, locale)
    text = JOINED.get(locale.language, "{day} {hour}").format(day=day, hour=hour)
    return text if zone == home else f"{text} ({say_zone(zone, lang)})"


def say_period(begin, end, zone, lang, now=None, home=None):
    """Return from when to when, the day once where both are of the same day.

    Between the hours of a night in which clocks change their names are told, too.

    :param begin: naive UTC
    :param end: naive UTC
    :param zone: name of the time zone that it is told in
    :param lang: code of a language of Odoo
    :param now: naive UTC: the year is left out if it is that of now
    :param home: the zone of whose hour nothing has to be said
    """
    locale = get_locale(lang)
    first, last = to_local(begin, zone), to_local(end, zone)
    changes = first.utcoffset() != last.utcoffset()
    year = now is None or {to_local(now, zone).year} != {first.year, last.year}
    hours = [_say_hour(local, locale, changes) for local in (first, last)]
    days = [_say_day(local, locale, True, year) for local in (first, last)]
    joined = JOINED.get(locale.language, "{day} {hour}")
    if days[0] == days[1]:
        text = joined.format(day=days[0], hour=f"{hours[0]} – {hours[1]}")
    else:
        text = " – ".join(
            joined.format(day=day, hour=hour)
            for day, hour in zip(days, hours, strict=True)
        )
    return text if zone == home else f"{text} ({say_zone(zone, lang)})"


def say_day(date, zone, lang):
    """Return a day in few letters, as the subject of a mail has room for.

    :param date: naive UTC
    :param zone: name of a time zone
    :param lang: code of a language of Odoo
    """
    locale = get_locale(lang)
    pattern = SHORT_DAYS.get(locale.language) or _get_short_pattern(locale)
    return format_date(to_local(date, zone).date(), pattern, locale=locale)


def keep_hours_together(text):
    """Return a text whose hours no browser breaks across two lines.

    :param text: in which a moment is said, or nothing
    """
    return HOUR.sub("\\1\u00a0h\u00a0\\2", text) if text else text


def say_short_day(date, zone, lang):
    """Return a day with the short name of its month, for where there is little room.

    :param date: naive UTC
    :param zone: name of a time zone
    :param lang: code of a language of Odoo
    """
    text = format_skeleton("MMMd", to_local(date, zone), locale=get_locale(lang))
    return text.replace(" ", "\u00a0")


def say_zone(zone, lang):
    """Return whose hour a zone has, in words: that of a town.

    :param zone: name of a time zone
    :param lang: code of a language of Odoo
    """
    locale = get_locale(lang)
    city = _get_city(zone, locale)
    if not city:
        return zone
    if locale.language == "fr":
        return f"heure {_say_of(city)}"
    return f"{city} time" if locale.language == "en" else city


def to_local(date, zone):
    """Return a moment by the clocks of a zone.

    :param date: naive UTC
    :param zone: name of a time zone
    """
    try:
        place = read_zone(zone)
    except LookupError:
        place = UTC
    return date.replace(tzinfo=UTC).astimezone(place)


@lru_cache(maxsize=64)
def _get_year(date, zone):
    return to_local(date, zone).year


@lru_cache(maxsize=64)
def get_locale(lang):
    """Return Babel's locale of a language, English for an unknown one.

    :param lang: code of a language of Odoo
    """
    try:
        return Locale.parse((lang or DEFAULT).split("@", maxsplit=1)[0])
    except (ValueError, UnknownLocaleError):
        return Locale.parse(DEFAULT)


def _say_hour(local, locale, named=False):
    """Return the hour of a moment.

    :param named: whether to say by which of its clocks the zone goes then
    """
    hour = _say_minute(local.hour, local.minute, locale)
    return f"{hour} {local.tzname()}" if named else hour


@lru_cache(maxsize=4096)
def _say_minute(hour, minute, locale):
    pattern = HOURS.get(locale.language, "short")
    return format_time(time(hour, minute), pattern, locale=locale)


def _say_day(local, locale, weekday, year):
    return _say_date(local.date(), locale, weekday, year)


@lru_cache(maxsize=1024)
def _say_date(date, locale, weekday, year):
    pattern = _get_day_pattern(locale, weekday, year)
    text = format_date(date, pattern, locale=locale)
    if locale.language == "fr" and date.day == 1:
        text = FIRST.sub("1er", text, count=1)
    return text


@lru_cache(maxsize=256)
def _get_day_pattern(locale, weekday, year):
    """Return how Babel is to write a day: with its weekday or year, or without."""
    known = DAYS.get(locale.language)
    if known:
        return ("EEEE " if weekday else "") + known + (" y" if year else "")
    pattern = locale.date_formats["full" if weekday else "long"].pattern
    return pattern if year else YEAR.sub("", pattern).strip(" ,")


def _get_short_pattern(locale):
    known = locale.datetime_skeletons.get("Md")
    return known.pattern if known else "dd/MM"


@lru_cache(maxsize=256)
def _get_city(zone, locale):
    info = locale.time_zones.get(zone) or {}
    city = info.get("city") or ""
    if not city and "/" in zone and not zone.startswith("Etc/"):
        city = zone.rpartition("/")[2].replace("_", " ")
    return city


def _say_of(city):
    """Return a French town behind ``de``."""
    for article, contracted in (("Le ", "du "), ("Les ", "des ")):
        if city.startswith(article):
            return contracted + city.removeprefix(article)
    return f"d'{city}" if city[0].lower() in VOWELS else f"de {city}"
