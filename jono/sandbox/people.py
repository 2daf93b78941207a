"""People who buy in the sandbox store: invented, from Finland, Sweden, Germany and the United States."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from jono.sandbox.drafts import Address, Person, Tax


def _tax(name: str, percent: str) -> Tax:
    return Tax(title=f"{name} {percent}%", rate=Decimal(percent) / 100)


def _vat(name: str, **percents: str) -> dict[str, Tax]:
    """Value added tax by what is sold."""
    return {tax_class: _tax(name, percent) for tax_class, percent in percents.items()}


@dataclass(frozen=True)
class Place:
    """A town: its post codes begin with `zip`, its state stands for itself."""

    city: str
    zip: str
    province: str | None = None
    province_code: str | None = None
    taxes: tuple[Tax, ...] = ()


@dataclass(frozen=True)
class Country:
    """A country that buys: how its people are called and live, what they pay in, what they are taxed.

    `taxes` by what is sold: food, books, press and other. `rate` is what a euro is worth in its currency.
    """

    code: str
    name: str
    locale: str
    currency: str
    rate: Decimal
    first_names: Sequence[str]
    last_names: Sequence[str]
    streets: Sequence[str]
    places: Sequence[Place]
    phone: str
    taxes: dict[str, Tax]
    taxes_included: bool
    carriers: Sequence[tuple[str, Decimal]]


FINLAND = Country(
    code="FI",
    name="Finland",
    locale="fi",
    currency="EUR",
    rate=Decimal(1),
    first_names=("Aino", "Eero", "Helmi", "Juhani", "Kerttu", "Lauri", "Onni", "Päivi", "Sofia", "Väinö"),
    last_names=(
        "Heikkilä",
        "Korhonen",
        "Lähteenmäki",
        "Mäkinen",
        "Nieminen",
        "Rantala",
        "Virtanen",
        "Yli-Öyry",
    ),
    streets=("Hämeentie", "Koskikatu", "Mannerheimintie", "Puistokatu", "Rantatie", "Vanha Talvitie"),
    places=(
        Place("Helsinki", "005"),
        Place("Tampere", "331"),
        Place("Turku", "201"),
        Place("Oulu", "901"),
        Place("Rovaniemi", "961"),
        Place("Jyväskylä", "401"),
    ),
    phone="+358 40",
    taxes=_vat("ALV", food="13.5", books="13.5", press="10", other="25.5"),
    taxes_included=True,
    carriers=(
        ("Posti, pickup point", Decimal("4.90")),
        ("Matkahuolto", Decimal("5.90")),
        ("Posti, home", Decimal("9.90")),
    ),
)
SWEDEN = Country(
    code="SE",
    name="Sweden",
    locale="sv",
    currency="SEK",
    rate=Decimal("11.0245"),
    first_names=("Alva", "Björn", "Ebba", "Gösta", "Linnéa", "Måns", "Saga", "Åke"),
    last_names=("Andersson", "Bergström", "Lindqvist", "Nilsson", "Sjöberg", "Åström"),
    streets=("Drottninggatan", "Kungsgatan", "Storgatan", "Älvvägen"),
    places=(
        Place("Stockholm", "112"),
        Place("Göteborg", "411"),
        Place("Umeå", "903"),
        Place("Kiruna", "981"),
    ),
    phone="+46 70",
    taxes=_vat("Moms", food="12", books="6", press="6", other="25"),
    taxes_included=True,
    carriers=(("PostNord", Decimal("9.50")), ("DHL Service Point", Decimal("11.90"))),
)
GERMANY = Country(
    code="DE",
    name="Germany",
    locale="de",
    currency="EUR",
    rate=Decimal(1),
    first_names=("Anneliese", "Bernd", "Claudia", "Jürgen", "Käthe", "Moritz", "Sören"),
    last_names=("Fuchs", "Großmann", "Köhler", "Müller", "Schäfer", "Weiß"),
    streets=("Bahnhofstraße", "Gartenweg", "Lindenallee", "Schillerstraße"),
    places=(Place("Berlin", "104"), Place("Hamburg", "203"), Place("München", "803")),
    phone="+49 151",
    taxes=_vat("MwSt", food="7", books="7", press="7", other="19"),
    taxes_included=True,
    carriers=(("DHL Paket", Decimal("12.90")), ("Hermes", Decimal("10.50"))),
)
_NEW_YORK = (
    _tax("New York State Tax", "4"),
    _tax("New York City Tax", "4.5"),
    _tax("Metropolitan Commuter District Tax", "0.375"),
)
_DULUTH = (_tax("Minnesota State Tax", "6.875"), _tax("Duluth City Tax", "1.5"))
UNITED_STATES = Country(
    code="US",
    name="United States",
    locale="en",
    currency="USD",
    rate=Decimal("1.0842"),
    first_names=("Avery", "Carlos", "Dana", "Imani", "Jordan", "Priya", "Tom"),
    last_names=("Baker", "Garcia", "Kim", "O'Neill", "Patel", "Walker"),
    streets=("Elm Street", "Lake Shore Drive", "Maple Avenue", "Summit Road"),
    places=(
        Place("Brooklyn", "112", "New York", "NY", _NEW_YORK),
        Place("Duluth", "558", "Minnesota", "MN", _DULUTH),
        Place("Portland", "972", "Oregon", "OR"),
    ),
    phone="+1 555",
    taxes={},
    taxes_included=False,
    carriers=(("USPS International", Decimal("24.90")), ("UPS Worldwide", Decimal("38.00"))),
)
COUNTRIES = (FINLAND, SWEDEN, GERMANY, UNITED_STATES)


def person_of(country: Country, place: Place, dice: random.Random) -> Person:
    """Return somebody who lives there; the same throws of the dice give the same person."""
    first, last = dice.choice(country.first_names), dice.choice(country.last_names)
    address = Address(
        first_name=first,
        last_name=last,
        address1=f"{dice.choice(country.streets)} {dice.randint(1, 99)}",
        address2=f"A {dice.randint(1, 60)}" if dice.random() < 0.3 else None,
        zip=f"{place.zip}{dice.randint(10, 99)}",
        city=place.city,
        province=place.province,
        province_code=place.province_code,
        country=country.name,
        country_code=country.code,
    )
    mailbox = "".join(letter for letter in f"{first}.{last}".lower() if letter.isascii() and letter != "'")
    with_phone = dice.random() < 0.6
    return Person(
        first_name=first,
        last_name=last,
        email=f"{mailbox}{dice.randint(1, 9)}@{country.code.lower()}.example",
        phone=f"{country.phone} {dice.randint(1000000, 9999999)}" if with_phone else None,
        locale=country.locale,
        address=address,
    )
