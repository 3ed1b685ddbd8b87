"""Phrasings of the training corpus, continued: statements, adjectives, strengths, manners, joints and refusals."""

from agent.language.corpus_phrasings import BRIGHTER, DARKER, DENOISE, INFRARED, VISIBLE, Effect
from tools.types import Strength

# Statements and fragments: they stand alone or follow "also", not "please".
STATEMENTS: dict[Effect, list[str]] = {
    INFRARED: (
        "{R} should glow {e}; {R} should glow like on a thermal camera; {R} should light up in infrared; "
        "{R} should stand out {e}; {R} should stand out {c} more; {R} {needs} to stand out {e}; "
        "{R} {needs} {c} more heat; {R} {needs} {c} more thermal contrast; {R} {needs} to be {c} warmer; "
        "{R} should be {c} warmer; {c} more heat on {R}; {c} more infrared on {R}; {c} more thermal in {R}; "
        "i want {R} to pop {e}; i want {R} to stand out {e}; i want {R} {c} warmer; "
        "i want to see the heat of {R} {e}; i need {R} to be {c} easier to spot; {R} could be {c} hotter; "
        "i'd like {c} more thermal in {R}; i'd like {R} to look {c} more like the IR; "
        "{R} {is} hard to spot in thermal; {R}: {c} warmer; {R}: {c} more infrared; {R} {c} warmer; "
        "{R} {c} hotter; {R}, {c} more thermal; IR on {R}; thermal for {R}; lwir weight up on {R} {e}; "
        "{R} ought to pop {c} more; {R} {is} not salient enough; {R} {is} not warm enough; {R} {looks} too cold; "
        "{R} should look {c} more thermal; emphasis on {R} {e}; more saliency for {R}; "
        "i can hardly spot {R}, use the heat; it should be {c} easier to spot {R}; "
        "we need {R} to jump out {c} more in infrared; heat up on {R}; "
        "{R} should be as the thermal camera sees {them}"
    ).split("; "),
    VISIBLE: (
        "{R} should look {c} more natural; {R} {looks} {t} too thermal; {R} {is} {t} too thermal; "
        "{R} {needs} {c} more texture; {R} {needs} {c} more detail; {c} more texture on {R}; "
        "{c} more detail in {R}; {c} more natural colours on {R}; i want to see the texture of {R} {e}; "
        "i want {R} to look {c} more natural; i want the true colours of {R}; i'd like {c} more visible in {R}; "
        "i'd like {R} the way the eye sees {them}; {R} {has} lost {their} texture; {R} {has} lost the details; "
        "{R} should look like in a normal photo; {R}: {c} more natural; {R}: {c} more visible; "
        "{R} {c} more natural; visible for {R}; RGB look on {R}; true colours for {R}; natural look for {R}; "
        "i can't make out the texture of {R}; {R} {is} not natural enough; {R} {looks} unnatural; "
        "{R} {looks} like a heat map, i want the normal look; {R} should be closer to the visible image; "
        "{R} should keep {their} natural colours; details of {R} should be {c} clearer; "
        "more visible weight on {R}; {R} could use {c} more texture; "
        "{R} should look as if taken with an ordinary camera; i need to see {R} with normal eyes"
    ).split("; "),
    BRIGHTER: (
        "{R} {is} {t} too dark; {R} {looks} {t} too dark; {R} {is} {t} underexposed; {R} {is} pitch black; "
        "{R} {is} hidden in the dark; {R} {is} barely lit; {R} {needs} {c} more light; "
        "{R} {needs} {c} more exposure; {R} {needs} to be {c} brighter; {R} should be {c} brighter; "
        "{R} could be {c} brighter; {R} could use {c} more light; {c} more light on {R}; "
        "{c} more exposure on {R}; {c} more brightness for {R}; i want {R} {c} brighter; "
        "i'd like {R} {c} brighter; i want {c} more light on {R}; i can't see {R}, {they} {is} too dark; "
        "it's too dark around {R}; {R}: {c} brighter; {R} {c} brighter; {R} brighter {e}; "
        "exposure up on {R} {e}; lights on for {R}; {R} {is} not bright enough; {R} {has} too little light; "
        "{R} {is} too dim; {R} {is} lost in shadow; {R} {is} drowning in the dark; luma of {R} up {e}; "
        "{R} {looks} {t} underexposed; more lux on {R}; shadows of {R} up {e}; the exposure of {R} is {t} too low"
    ).split("; "),
    DARKER: (
        "{R} {is} {t} too bright; {R} {looks} {t} too bright; {R} {is} {t} overexposed; {R} {is} blinding; "
        "{R} {is} blinding me; {R} {is} blown out; {R} {needs} {c} less light; {R} {needs} to be {c} darker; "
        "{R} {needs} to be toned down {e}; {R} should be {c} darker; {R} should be dimmed {e}; "
        "{R} could be {c} darker; {c} less light on {R}; {c} less glare on {R}; {c} less exposure on {R}; "
        "{c} less brightness on {R}; i want {R} {c} darker; i'd like {R} {c} dimmer; "
        "i want {c} less glare on {R}; too much glare on {R}; there is too much glare on {R}; "
        "there's too much light on {R}; {R}: {c} darker; {R} {c} darker; {R} darker {e}; "
        "exposure down on {R} {e}; the glare of {R} is too much; the glare of {R} hurts my eyes; "
        "{R} {is} way too glaring; luma of {R} down {e}; the exposure of {R} is {t} too high; "
        "{R} {is} burnt out; {R} {has} too much light; {R} {is} dazzling; less luminance on {R}; "
        "highlights of {R} down {e}"
    ).split("; "),
    DENOISE: (
        "{R} {is} {t} too noisy; {R} {is} {t} too grainy; {R} {looks} {t} too noisy; {R} {looks} noisy; "
        "{R} {is} noisy; {R} {is} grainy; {R} {is} full of noise; {R} {is} full of grain; {R} {looks} gritty; "
        "{R} {is} gritty; {R} {is} speckled; {R} {has} too much noise; {R} {has} so much grain; "
        "{R} {needs} denoising; {R} {needs} a cleanup; {R} {needs} {c} less noise; {R} should be {c} less noisy; "
        "{R} should be {c} cleaner; {R} should be {c} smoother; {R} could be {c} cleaner; {c} less noise on {R}; "
        "{c} less noise in {R}; {c} less grain in {R}; i want {R} {c} less noisy; i want {R} {c} cleaner; "
        "i'd like {c} less grain on {R}; i'd like {R} {c} smoother; too much noise in {R}; "
        "there's too much grain on {R}; there is noise all over {R}; {R}: {c} less noise; {R}: denoise {e}; "
        "noise reduction on {R} {e}; denoising for {R}; {R} {is} all grain; SNR of {R} is poor; "
        "better SNR in {R}; the noise in {R} bothers me; the grain in {R} has to go; "
        "i see a lot of speckle in {R}; {R} {has} salt and pepper noise; denoise on {R} {e}; "
        "{R} {looks} like sandpaper"
    ).split("; "),
}

# Said of the whole picture with no word for it.
BARE: dict[Effect, list[str]] = {
    INFRARED: (
        "{c} more infrared; {c} more thermal; {c} warmer; {c} hotter; {c} more heat; {c} warmer overall; "
        "{c} more thermal overall; push it {e} toward infrared; lean {e} toward thermal; more LWIR; "
        "boost the heat {e}; thermal look; go {c} more thermal; emphasise the heat {e}; bring out the heat {e}; "
        "use {c} more of the infrared; turn up the infrared {e}; i want {c} more heat; show me {c} more heat; "
        "make it {c} warmer; make it {c} more thermal; overall {c} more infrared"
    ).split("; "),
    VISIBLE: (
        "it all looks {t} too thermal; all of it looks {t} too thermal; {c} more like a normal photo; "
        "{c} more natural; {c} more visible; {c} more texture; {c} more detail; {c} more natural overall; "
        "closer to the visible; make it look {c} more natural; it looks {t} too thermal; "
        "push it {e} toward visible; true colours; give me {c} more detail; natural colours please; "
        "like a normal photo; as the eye sees it; i want {c} more texture; bring back the texture {e}; "
        "use {c} more of the visible image; lean {e} toward the visible; show it in true colors; "
        "bring out the details {e}; restore the true colours {e}; {c} less thermal; "
        "make it look like an ordinary photo; overall {c} more natural"
    ).split("; "),
    BRIGHTER: (
        "{c} brighter; {c} lighter; {t} too dark; it's {t} too dark; it is {t} too dark; {c} more light; "
        "{c} more exposure; brighten {e}; {a} brighten; lift the shadows {e}; open the shadows {e}; "
        "raise the exposure {e}; bump up the brightness {e}; turn up the brightness {e}; turn the lights on; "
        "more light please; make it {c} brighter; brighten it up {e}; i can't see anything, it's so dark; "
        "overall {c} brighter; {c} brighter overall; it needs {c} more light; lighten it {e}; "
        "it's pitch dark in here; expose {c} more; exposure up {e}; everything's {t} too dark; "
        "increase exposure {e}; add light"
    ).split("; "),
    DARKER: (
        "{c} darker; {c} dimmer; {t} too bright; it's {t} too bright; it is {t} too bright; {c} less light; "
        "{c} less exposure; {c} less glare; darken {e}; {a} darken; tone it down {e}; tone down the glare {e}; "
        "dim it {e}; reduce the exposure {e}; lower the brightness {e}; turn down the brightness {e}; "
        "kill the glare; too much glare; make it {c} darker; it's blinding; it's {t} overexposed; "
        "overall {c} darker; {c} darker overall; it hurts my eyes, so bright; exposure down {e}; "
        "pull the exposure down {e}; everything's {t} too bright; reduce the glare {e}; "
        "bring the exposure down {e}"
    ).split("; "),
    DENOISE: (
        "denoise {e}; {a} denoise; denoise it {e}; {c} less noise; {c} less grain; {t} too noisy; "
        "it's {t} too noisy; it's {t} too grainy; it is noisy; too much noise; too much grain; clean up {e}; "
        "clean it up {e}; get rid of the noise; remove the noise; remove the grain; reduce the noise {e}; "
        "reduce noise {e}; improve the SNR {e}; better SNR; smooth it {e}; smooth it out {e}; it's all gritty; "
        "so much speckle; despeckle; noise reduction {e}; noise removal; {c} less noisy; {c} cleaner; "
        "{c} smoother; kill the noise; filter out the grain {e}; make it {c} less noisy; make it {c} cleaner; "
        "clean up the noise {e}; denoising pls"
    ).split("; "),
}

# Comparatives that may be joined: "make the cars brighter and less noisy".
ADJECTIVES: dict[Effect, list[str]] = {
    INFRARED: "warmer|hotter|more thermal|more salient|easier to spot|more infrared|more heat-like".split("|"),
    VISIBLE: "more natural|more detailed|less thermal|more textured|more like a normal photo|more visible".split("|"),
    BRIGHTER: "brighter|lighter|less dark|better lit|brighter|more exposed".split("|"),
    DARKER: "darker|dimmer|less bright|less blinding|less overexposed|darker".split("|"),
    DENOISE: "less noisy|cleaner|smoother|less grainy|less gritty|less speckled".split("|"),
}
# Verbs that may be joined: "brighten and denoise the cars".
VERBS: dict[Effect, list[str]] = {
    INFRARED: "highlight emphasise emphasize".split(),
    VISIBLE: [],
    BRIGHTER: "brighten lighten illuminate".split(),
    DARKER: "darken dim".split(),
    DENOISE: "denoise smooth despeckle clean".split(),
}

BEFORE_VERB: dict[Strength, list[str]] = {
    ("slight"): (
        "slightly|gently|subtly|lightly|just slightly|ever so slightly|only slightly|very gently|softly"
    ).split("|"),
    "normal": [""],
    "strong": "strongly|heavily|aggressively|massively|drastically|hugely|considerably|significantly".split("|"),
}
BEFORE_MORE: dict[Strength, list[str]] = {
    "slight": (
        "a bit|a little|a touch|slightly|a hint|a smidge|a tad|a little bit|just a bit|just a little|"
        "ever so slightly|a wee bit|a tiny bit|just a touch|a notch|marginally|just slightly|a smidgen|"
        "only a little"
    ).split("|"),
    "normal": [""],
    "strong": (
        "a lot|much|way|far|a whole lot|considerably|significantly|so much|lots|very much|drastically|loads|"
        "a great deal|a ton|much much|substantially|massively|hugely"
    ).split("|"),
}
BEFORE_TOO: dict[Strength, list[str]] = {
    "slight": "a bit|a little|a touch|slightly|a tad|just a bit|a little bit|a smidge".split("|"),
    "normal": ["", "", "", "just"],
    "strong": "way|far|much|way way|a lot".split("|"),
}
AT_END: dict[Strength, list[str]] = {
    "slight": (
        "a bit|a little|slightly|a touch|gently|a tad|a smidge|a little bit|just a hint|a hint|just a bit|"
        "just slightly|ever so slightly|but only a little|but just a touch|subtly|a wee bit|very slightly|"
        "only a bit|but gently|a tiny bit|by a hair"
    ).split("|"),
    "normal": [""],
    "strong": (
        "a lot|strongly|hard|as much as possible|heavily|as much as you can|to the max|big time|very strongly|"
        "massively|all the way|as far as possible|as strongly as you can|really hard|a whole lot|drastically|"
        "with full force|a great deal|as hard as you can|to the maximum|like crazy|considerably|significantly|"
        "by a lot"
    ).split("|"),
}
# "as bright as possible": strong without a slot.
AS_POSSIBLE: dict[Effect, list[str]] = {
    INFRARED: ["warm", "hot", "salient", "thermal", "easy to spot"],
    VISIBLE: ["natural", "detailed"],
    BRIGHTER: ["bright", "light", "well lit"],
    DARKER: ["dark", "dim"],
    DENOISE: ["clean", "smooth", "noise-free"],
}

AS_MUCH: dict[Effect, list[str]] = {
    INFRARED: [
        ("put as much heat as possible into {R}"),
        ("get as much infrared as possible into {R}"),
        ("show as much thermal as you can on {R}"),
    ],
    VISIBLE: ["bring back as much texture as possible in {R}", "get as much detail as possible out of {R}"],
    BRIGHTER: ["put as much light as possible on {R}", "give {R} as much exposure as possible"],
    DARKER: ["take as much glare as possible off {R}", "cut as much light as you can from {R}"],
    DENOISE: ["remove as much noise as possible from {R}", "get as much grain as you can out of {R}"],
}
EVERYWHERE = [
    ("everywhere"),
    ("overall"),
    ("in general"),
    ("across the board"),
    ("throughout"),
    ("all over"),
    ("across the whole picture"),
]

# Frames of an imperative {x}; {g} is the same with a gerund.
MANNERS = (
    "{x}|{x}|{x}|{x}|{x}|{x}|{x}|{x}|please {x}|{x} please|{x}, please|can you {x}?|could you {x}?|"
    "could you please {x}|can u {x}|would you {x}?|i want you to {x}|i'd like you to {x}|i need you to {x}|"
    "let's {x}|just {x}|hey, {x}|ok, {x}|okay now {x}|now {x}|go ahead and {x}|try to {x}|would you mind {g}?|"
    "how about {g}?|{x} for me|{x} for me please|{x} thanks|{x}, thx|pls {x}|plz {x}|{x} pls|kindly {x}|"
    "i would like to {x}|it would be great if you could {x}|we should {x}|you should {x}|hi! {x}|"
    "hello, could you {x}? thanks|alright, {x}|so, {x}|{x} if you can|{x} if possible|do me a favour and {x}|"
    "what about {g}?|may i ask you to {x}|my request: {x}|task: {x}|i think you should {x}|"
    "is it possible to {x}?|can we {x}|could we {x}?|{x}!|{x}!!|{x}...|time to {x}|make sure to {x}|"
    "i was hoping you could {x}|next, {x}|first of all, {x}|start by {g}|want to {x}|need to {x}|i'd love to {x}|"
    "yo {x}|{x} will you|{x} now|{x} right away"
).split("|")
STATEMENT_MANNERS = (
    "{x}|{x}|{x}|{x}|{x} please|{x}, please|hey, {x}|ok, {x}|hmm, {x}|i think {x}|{x}!|well, {x}|"
    "{x}, can you fix that?|sorry but {x}|{x} pls|{x}, thanks|hm {x}|fix this: {x}|as you can see, {x}|"
    "{x}. fix it please|my problem: {x}|{x}, do something|ugh, {x}"
).split("|")

CONTEXTS = (
    "this is a night shot. |nice picture. |looks good, but |good start, but |we're looking for a lost hiker. |"
    "this is from a drone. |thanks! |great. |the scene is a bit confusing. |i need this for a report. |"
    "it was foggy that night. |ok good. |so far so good. |almost there. |this is an inspection image. |"
    "quick one: |sorry for the trouble, |one more thing: |the picture is nice but |not bad. |"
    "my boss wants this: |as discussed, |for the presentation, |hm, let me think. ok, |let me see. |"
    "good morning, "
).split("|")
REASONS = (
    ", i need it for a report|, it's for a presentation| so i can see better| so that we can count {them}|"
    " so i can tell what's going on|, nothing else|, and nothing else|, that's all|. that's it|"
    " before i print it|, i have to show it to a client|, it's hard to see|, the rest is fine|"
    ", everything else is fine|, the rest can stay|. the rest is ok| and leave the rest as it is|"
    ", leave the rest|, only that| only|, thank you|, cheers|, if you don't mind|, my eyes are tired|"
    ". thanks a lot!|, it matters for safety|, ok?"
).split("|")
# What is not to be done makes no step; {Y} is some other region, {ing} and {do} belong to some other effect.
LEFT_OUT = (
    ", don't touch {Y}|, but don't touch {Y}|, but leave {Y} alone|, leave {Y} alone|, no need to touch {Y}|"
    ", {Y} can stay as {they} {is}|, but not {Y}|, not {Y}|, without changing {Y}|. {Y} {is} fine|"
    ", {Y} {is} fine already|, don't change {Y}|; keep {Y} as {they} {is}|, no {noun} please|"
    ", without {ing} {them}|, but don't {do} {them}|, don't {do} anything|, no {noun} needed|"
    ", no need for {noun}|, but keep the {level}|, without changing the {level}|, don't change the {level}|"
    ", the {level} can stay|, but no {noun}|. do not {do} {Y}|, but don't {do} {Y}|, {Y} must not change|"
    ", please don't touch {Y}| but keep {Y} untouched"
).split("|")
EFFECT_WORDS: dict[Effect, dict[str, list[str]]] = {
    INFRARED: {
        ("noun"): [("highlighting"), ("extra heat")],
        ("ing"): [("highlighting")],
        ("do"): [("highlight"), ("warm up")],
        ("level"): [("heat"), ("thermal part")],
    },
    VISIBLE: {
        ("noun"): [("extra texture")],
        ("ing"): [("adding texture to")],
        ("do"): [("add texture to")],
        ("level"): [("texture"), ("colours"), ("natural look")],
    },
    BRIGHTER: {
        ("noun"): [("brightening"), ("relighting")],
        ("ing"): [("brightening")],
        ("do"): [("brighten"), ("light up")],
        ("level"): [("brightness"), ("exposure"), ("light")],
    },
    DARKER: {
        ("noun"): [("darkening"), ("dimming")],
        ("ing"): [("darkening"), ("dimming")],
        ("do"): [("darken"), ("dim")],
        ("level"): [("brightness"), ("exposure")],
    },
    DENOISE: {
        ("noun"): [("denoising"), ("smoothing")],
        ("ing"): [("denoising"), ("smoothing")],
        ("do"): [("denoise"), ("smooth"), ("clean up")],
        ("level"): [("grain"), ("noise")],
    },
}

# Joints of two clauses in the order of the text; the flag says that the second happens first.
JOINTS = (
    "{1}, then {2}|{1} and then {2}|{1}, and then {2}|{1}; then {2}|{1}. then {2}|{1} then {2}|"
    "{1}, after that {2}|{1}. after that, {2}|{1} and after that {2}|{1}. next, {2}|{1}, next {2}|{1}; {2}|"
    "{1} and {2}|{1}, and {2}|{1} and also {2}|{1}, also {2}|{1}. also {2}|{1} plus {2}|{1}, plus {2}|{1} & {2}|"
    "{1} + {2}|{1}, {2}|{1}. {2}|first {1}, then {2}|first {1} and then {2}|first, {1}. second, {2}|"
    "first {1}. then {2}|firstly {1}, secondly {2}|1. {1} 2. {2}|1) {1} 2) {2}|a) {1}, b) {2}|"
    "step 1: {1}, step 2: {2}|two things: {1}, and {2}|{1}. once that's done, {2}|{1}; when that's done, {2}|"
    "{1}, afterwards {2}|{1}. afterwards {2}|{1}, finally {2}|{1} and finally {2}|{1} -> {2}|{1} > {2}|{1} / {2}|"
    "- {1} - {2}|{1}, followed by {g2}|start by {g1}, then {2}|start with {g1}, then {2}|after {g1}, {2}|"
    "{1} before {g2}|{1} before you {2}|begin by {g1} and then {2}|{1} and finish by {g2}|"
    "when you are done {g1}, {2}|{1} first, then {2}|{1} first and {2} after that|{1} as well as {2}|"
    "{1}, later {2}|{1}... then {2}|after you {1}, {2}|in this order: {1}, {2}|both {1} and {2}|"
    "{1} while you're at it {2}|{1}. and {2}|{1} but {2}|i want you to {1} and {2}"
).split("|")
JOINTS_REVERSED = (
    "before you {1}, {2}|before {g1}, {2}|before you {1}, {2} please|before you go and {1}, {2}|"
    "don't {1} before you {2}|{1}, but only after {g2}|{1} last, {2} first|the last thing is to {1}; begin by {g2}|"
    "end by {g1}, begin by {g2}|{1}, though not before {g2}|start by {g2} so that you can {1}|"
    "{1}, but first {2}|{1}, but before that {2}|{1} after {g2}|"
    "{1} after you {2}|{1}, but {2} first|{1} - but {2} before that|before {g1} please {2}|{1} only after {g2}|"
    "{1} once you are done {g2}|prior to {g1}, {2}|{1}. but before that, {2}|{1}. before that {2}"
).split("|")
JOINTS_OF_STATEMENTS = (
    "and , ; . also and~also , also . then then , then and~then but . next after~that . after~that, plus"
).split()
