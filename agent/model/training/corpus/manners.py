"""Manners of speech of the training corpus: adjectives, strengths, frames, contexts and joints."""

from wordfuse.agent.model.training.corpus.phrasings import BRIGHTER, DARKER, DENOISE, INFRARED, VISIBLE, Effect
from wordfuse.tools.types import Strength

# Comparatives that may be joined: "make the cars brighter and less noisy".
ADJECTIVES: dict[Effect, list[str]] = {
    INFRARED: "warmer|hotter|more thermal|more salient|easier to spot|more infrared|more heat-like".split("|"),
    VISIBLE: "more natural|more detailed|less thermal|more textured|more like a normal photo|more visible".split("|"),
    BRIGHTER: "brighter|lighter|less dark|better lit|brighter|more exposed".split("|"),
    DARKER: "darker|dimmer|less bright|less blinding|less overexposed|darker".split("|"),
    DENOISE: "less noisy|cleaner|smoother|less grainy|less gritty|less speckled".split("|"),
}
# The same without a comparative: "i need the blades in visible detail and the gearbox in infrared".
STATES: dict[Effect, list[str]] = {
    INFRARED: (
        "in infrared|in thermal|hot|salient|highlighted|emphasised|to stand out|to pop|as a heat image|in IR"
    ).split("|"),
    VISIBLE: (
        "in visible detail|natural|in natural colours|in true colours|as the eye sees it|like a normal photo|in visible"
    ).split("|"),
    BRIGHTER: "lit up|bright|brightened|in more light|well lit|out of the shadows|lightened".split("|"),
    DARKER: "toned down|dimmed|darkened|dark|without glare|dim|in less light".split("|"),
    DENOISE: "denoised|clean|noise-free|smoothed|without grain|smooth|free of noise|cleaned up|despeckled".split("|"),
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
    "slight": ("slightly|gently|subtly|lightly|just slightly|ever so slightly|only slightly|very gently|softly").split(
        "|"
    ),
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
        "put as much heat as possible into {R}",
        "get as much infrared as possible into {R}",
        "show as much thermal as you can on {R}",
    ],
    VISIBLE: ["bring back as much texture as possible in {R}", "get as much detail as possible out of {R}"],
    BRIGHTER: ["put as much light as possible on {R}", "give {R} as much exposure as possible"],
    DARKER: ["take as much glare as possible off {R}", "cut as much light as you can from {R}"],
    DENOISE: ["remove as much noise as possible from {R}", "get as much grain as you can out of {R}"],
}
EVERYWHERE = [
    "everywhere",
    "overall",
    "in general",
    "across the board",
    "throughout",
    "all over",
    "across the whole picture",
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
    "yo {x}|{x} will you|{x} now|{x} right away|i'd appreciate it if you {x}|may i have you {x}|can you try {g}?|"
    "i'm thinking of {g}|i suggest {g}|consider {g}|let us {x}|be so kind and {x}|i ask you to {x}|"
    "all i want is to {x}|"
    "we have to {x}|you need to {x}|you have to {x}|you could {x}|the plan: {x}|goal: {x}|todo: {x}|request: {x}|"
    "action: {x}|{x}, would you?|{x}, could you?|{x} ok?|{x}, that would be lovely|wanna {x}|gotta {x}|"
    "lemme see: {x}|"
    "i wish you would {x}|it'd help to {x}|it would help to {x}|why don't you {x}?|why not {x}?|maybe {x}|"
    "perhaps {x}|"
    "i guess {x}|simply {x}|please just {x}|please do {x}|could i get you to {x}|for me, {x}"
).split("|")
COMMON_MANNERS = (
    "{x}|{x}|{x}|{x}|{x}|please {x}|please {x}|{x} please|{x} please|{x}, please|can you {x}?|could you {x}?|"
    "could you please {x}?|can you please {x}|i want you to {x}|i'd like you to {x}|just {x}|now {x}|{x} pls|"
    "kindly {x}|"
    "would you {x}?|let's {x}"
).split("|")
STATEMENT_MANNERS = (
    "{x}|{x}|{x}|{x}|{x} please|{x}, please|hey, {x}|ok, {x}|hmm, {x}|i think {x}|{x}!|well, {x}|"
    "{x}, can you fix that?|sorry but {x}|{x} pls|{x}, thanks|hm {x}|fix this: {x}|as you can see, {x}|"
    "{x}. fix it please|my problem: {x}|{x}, do something|ugh, {x}|{x}, i feel|{x}, in my opinion|to me {x}|"
    "i find {x}|"
    "{x} if you ask me|honestly {x}|i believe {x}|the thing is {x}|{x} right now|{x} at the moment|at the moment {x}|"
    "wow, {x}|man, {x}|{x} sadly|note: {x}|issue: {x}|feedback: {x}|{x}, no?|{x}. can you help?|{x}, pls fix"
).split("|")

CONTEXTS = (
    "this is a night shot. |nice picture. |looks good, but |good start, but |we're looking for a lost hiker. |"
    "this is from a drone. |thanks! |great. |the scene is a bit confusing. |i need this for a report. |"
    "it was foggy that night. |ok good. |so far so good. |almost there. |this is an inspection image. |"
    "quick one: |sorry for the trouble, |one more thing: |the picture is nice but |not bad. |"
    "my boss wants this: |as discussed, |for the presentation, |hm, let me think. ok, |let me see. |"
    "good morning, |for the ablation, |for figure 3, |for my thesis: |as per protocol: |for the safety report, |"
    "we are searching for a missing child. |i'm inspecting a substation. |this was taken at 3 am. |"
    "the drone was at 40 m. |patrol footage from last night. |i drive this road every day. |ok so |right, |"
    "honestly, |i'd say |you know what, |for once, |before the meeting: |for the training set, |"
    "to help the detector, |"
    "so the operator can react, |for the night shift: |the client complained. |we have a fire here. |"
    "it was raining. |the camera is old. |the lens was dirty. |the sun was low. |this one is hard. |"
    "let me try something: |here's what i want: |what i need is this: |my request is simple: |in this scene, |"
    "in this frame, |on this one, |this time, |first try: |again a night picture. |i've got a question of taste: |"
    "thank you so far. |that helped. |that's better. |wow nice. |good. |very good. |hi, |hello. |dear agent, |"
    "for better visibility, |to see better, |for the paper, |for a poster, |in the final image, |in the output, |"
    "the way i see it, |if it's not too much work, |when you have a second, |since it's night, |as it's foggy, |"
    "because of the backlight, |to avoid confusion, |just to be safe, |for clarity, |as a test, "
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
        "noun": ["highlighting", "extra heat"],
        "ing": ["highlighting"],
        "do": ["highlight", "warm up"],
        "level": ["heat", "thermal part"],
    },
    VISIBLE: {
        "noun": ["extra texture"],
        "ing": ["adding texture to"],
        "do": ["add texture to"],
        "level": ["texture", "colours", "natural look"],
    },
    BRIGHTER: {
        "noun": ["brightening", "relighting"],
        "ing": ["brightening"],
        "do": ["brighten", "light up"],
        "level": ["brightness", "exposure", "light"],
    },
    DARKER: {
        "noun": ["darkening", "dimming"],
        "ing": ["darkening", "dimming"],
        "do": ["darken", "dim"],
        "level": ["brightness", "exposure"],
    },
    DENOISE: {
        "noun": ["denoising", "smoothing"],
        "ing": ["denoising", "smoothing"],
        "do": ["denoise", "smooth", "clean up"],
        "level": ["grain", "noise"],
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
    "{1} while you're at it {2}|{1}. and {2}|{1} but {2}|i want you to {1} and {2}|once {g1} is done, {2}|"
    "with {g1} done, {2}|"
    "kick off by {g1}, then {2}|before anything else {1}, then {2}|{1} to begin with, then {2}|"
    "to start, {1}; then {2}|"
    "{1}; once finished, {2}|step one {1}, step two {2}|one: {1}, two: {2}|in the first step {1}, in the second {2}|"
    "{1}. with that out of the way, {2}|{1}, and while you're there, {2}|{1}; {2} next|{1}, and lastly {2}|"
    "{1} and only then {2}|i'd {1} and then {2}|could you {1} and after that {2}|{1}, next up {2}|"
    "{1}, moving on to {g2}|"
    "{1} prior to {g2}|finish by {g2} after {g1}|{1} and don't forget to {2}|{1}, subsequently {2}|"
    "{1}; subsequently, {2}|"
    "not only {1}, also {2}|{1}, on top of that {2}|{1}, besides {2}|{1}. in addition, {2}|{1}, in addition {2}|"
    "{1} ; {2}|{1} && {2}|{1}, and in the same go {2}"
).split("|")
COMMON_JOINTS = (
    "{1} and {2}|{1} and {2}|{1}, then {2}|{1}, then {2}|first {1}, then {2}|{1} and then {2}|{1}; {2}|{1}, and {2}|"
    "{1}. then {2}|{1}. {2}|{1}, {2}|after {g1}, {2}|{1}. after that, {2}|first {1} and then {2}|{1} and also {2}|"
    "{1}, also {2}"
).split("|")
JOINTS_REVERSED = (
    "before you {1}, {2}|before {g1}, {2}|before you {1}, {2} please|before you go and {1}, {2}|"
    "don't {1} before you {2}|{1}, but only after {g2}|{1} last, {2} first|the last thing is to {1}; begin by {g2}|"
    "end by {g1}, begin by {g2}|{1}, though not before {g2}|start by {g2} so that you can {1}|"
    "{1}, but first {2}|{1}, but before that {2}|{1} after {g2}|"
    "{1} after you {2}|{1}, but {2} first|{1} - but {2} before that|before {g1} please {2}|{1} only after {g2}|"
    "{1} once you are done {g2}|prior to {g1}, {2}|{1}. but before that, {2}|{1}. before that {2}|ahead of {g1}, {2}|"
    "{1} as soon as you are done {g2}|{1}, having finished {g2}|{1} subsequent to {g2}|{1} following {g2}|"
    "{1}, {2} beforehand|"
    "{1}; {2} beforehand|prior to any {g1}, {2}|{2} ahead of {g1}|{1} at the end, {2} at the start|"
    "{1} second, {2} first|"
    "{1} later, {2} now|{1} when {g2} is finished|{1} only once {g2} is done|leave {g1} for last, {2} first"
).split("|")
JOINTS_OF_STATEMENTS = (
    "and , ; . also and~also , also . then then , then and~then but . next after~that . after~that, plus"
).split()
