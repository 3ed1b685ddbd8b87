"""Make ``fusion/regions/words/wordnet.txt``: what else people may call the classes of the region network.

    python -m wordfuse.examples.wordnet_lexicon --wordnet /usr/share/wordnet

WordNet (Miller, "WordNet: A Lexical Database for English", Communications of the ACM 1995) knows of every noun what
it is a kind of: a fireman is a person, an edifice a building. A noun is taken for a class if its most frequent sense is
a kind of it, nearly all of its uses are, and it is no adjective: "white" can mean a person, and hardly ever does.

The database is in Debian's packages wordnet-base and wordnet-sense-index, version 3.0.
"""

import argparse
import re
from collections import defaultdict
from functools import cache
from pathlib import Path

OUT = Path(__file__).parents[1] / "fusion" / "regions" / "words" / "wordnet.txt"
# Class -> what its nouns are kinds of: a word and the number of its sense.
ROOTS = {
    "person": [  # what somebody who is seen is called; not creeds, peoples, characters and insults
        *((noun, 1) for noun in ("adult", "juvenile", "worker", "traveler", "contestant", "defender", "perceiver")),
        *((noun, 1) for noun in ("peer", "relative", "lawman", "criminal", "learner", "intruder", "citizen")),
        *((noun, 1) for noun in ("survivor", "entertainer", "serviceman", "friend", "newcomer", "hunter", "climber")),
    ],
    "car": [("motor_vehicle", 1)],
    "bicycle": [("bicycle", 1), ("motorcycle", 1), ("minibike", 1), ("tricycle", 1)],
    "sky": [("sky", 1), ("cloud", 2)],
    "road": [("road", 1)],
    "building": [("building", 1), ("dwelling", 1), ("building_complex", 1), ("tower", 1)],
    "tree": [("woody_plant", 1), ("vegetation", 1)],
}
SHARE = 0.75  # of a noun's uses that must mean the class
SMALL = {"car", "bicycle", "sky", "road"}  # of other classes, what the counted texts never say is left out
UNSEEN = 1.0  # uses of a sense beyond those that were counted
# Roads that are none to a driver; plants by their Latin names; people whom nobody sees.
LEFT_OUT = {
    "road": r"rail|ski|track|trail|run$|line|way_of|detour|short|roundabout",
    "building": r"nut|funny|dead|meat|doghouse|picture|grill|beacon",
    "bicycle": r"off-roader|ordinary",
    "person": r"^(ancestor|bearer|belle|champ|comer|crone|crony|extern|hearer|lasher|lifter|luminary|toter|wearer)$",
}
TWO_WORDS = {"person": r"^$", "tree": r"_(tree|bush|shrub|hedge|palm|pine|oak|forest|wood|woods)$"}
UNKIND = re.compile(r"offensive|disparag|derogat|slur|contempt|insult|obscene|vulgar|ethnic|prostitut|promiscu|sex")
NOUN = "1"


def main() -> None:
    """Write the words, class by class."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wordnet", type=Path, required=True, help="folder with data.noun, index.sense and index.adj")
    parser.add_argument("--out", type=Path, default=OUT, help="the file to write")
    given = parser.parse_args()
    wordnet, out = given.wordnet, given.out
    kinds, unkind = _kinds(wordnet / "data.noun")
    senses = _senses(wordnet / "index.sense")
    adjectives = {line.split()[0] for line in _lines(wordnet / "index.adj")}
    roots = {
        next(synset for number, synset, _ in senses[noun] if number == sense): name
        for name, nouns in ROOTS.items()
        for noun, sense in nouns
    }

    @cache
    def classes(synset: str) -> frozenset[str]:
        if synset in roots:
            return frozenset([roots[synset]])
        return frozenset().union(*(classes(kind) for kind in kinds[synset]))

    words: dict[str, list[str]] = defaultdict(list)
    for noun, meanings in senses.items():
        first = min(meanings)[1]
        if len(classes(first)) != 1 or first in unkind or noun in adjectives:
            continue
        (name,) = classes(first)
        uses = {synset: count + UNSEEN for _, synset, count in meanings}
        share = sum(count for synset, count in uses.items() if name in classes(synset)) / sum(uses.values())
        common = name in SMALL or any(count for *_, count in meanings)
        if share >= SHARE and common and _plain(noun, name):
            words[name].append(noun.replace("-", "_"))
    with out.open("w", encoding="utf-8") as file:
        file.write(
            "# Nouns of WordNet 3.0 (c) Princeton University, see NOTICE; made by examples/wordnet_lexicon.py.\n"
        )
        for name in ROOTS:
            file.write(f"{name}: {' '.join(sorted(set(words[name])))}\n")


def _plain(noun: str, name: str) -> bool:
    if not re.fullmatch(r"[a-z]{3,}([_-][a-z]+)?", noun) or re.search(LEFT_OUT.get(name, r"^$"), noun):
        return False
    return "_" not in noun or re.search(TWO_WORDS.get(name, ""), noun) is not None


def _lines(file: Path) -> list[str]:
    return [line for line in file.read_text(encoding="latin-1").splitlines() if not line.startswith("  ")]


def _kinds(file: Path) -> tuple[dict[str, list[str]], set[str]]:
    """Synset -> what it is a kind of; and the synsets that are insults. Persons and places with a name are no kinds."""
    kinds, unkind = {}, set()
    for line in _lines(file):
        data, _, gloss = line.partition(" | ")
        fields = data.split()
        start = 4 + 2 * int(fields[3], 16)
        pointers = [fields[start + 1 + 4 * i :][:2] for i in range(int(fields[start]))]
        kinds[fields[0]] = [synset for kind, synset in pointers if kind == "@"]
        if UNKIND.search(gloss) or any(kind == ";u" for kind, _ in pointers):
            unkind.add(fields[0])
    return kinds, unkind


def _senses(file: Path) -> dict[str, list[tuple[int, str, int]]]:
    """Noun -> number, synset and counted uses of each of its senses."""
    senses: dict[str, list[tuple[int, str, int]]] = defaultdict(list)
    for line in _lines(file):
        key, synset, number, uses = line.split()
        noun, _, rest = key.partition("%")
        if rest.startswith(NOUN):
            senses[noun].append((int(number), synset, int(uses)))
    return senses


if __name__ == "__main__":
    main()
