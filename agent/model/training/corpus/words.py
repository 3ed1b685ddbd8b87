"""Vocabulary of the training corpus: what regions are called, how they are described and where they lie.

Nouns are ``singular|plural`` (an ending with ``+`` adds to the singular); one side may be empty. Lists are data, not
knowledge the model must have: made-up nouns stand among them so that it learns to copy what was said.
"""

NOUNS = """
person|people; pedestrian|+s; man|men; woman|women; child|children; kid|+s; boy|+s; girl|+s; walker|+s;
runner|+s; jogger|+s; cyclist|+s; rider|+s; biker|+s; driver|+s; passenger|+s; worker|+s; soldier|+s; guard|+s;
officer|+s; hiker|+s; skier|+s; swimmer|+s; climber|+s; firefighter|+s; rescuer|+s; diver|+s; farmer|+s;
hunter|+s; intruder|+s; suspect|+s; guy|+s; lady|ladies; figure|+s; silhouette|+s; body|bodies; face|+s;
head|+s; hand|+s; arm|+s; leg|+s; crowd|; group of people|; family|; couple|; team|+s; police officer|+s;
construction worker|+s; street vendor|+s; security guard|+s; operator|+s; technician|+s; tourist|+s; student|+s;
commuter|+s; shopper|+s; patient|+s; car|+s; van|+s; truck|+s; lorry|lorries; bus|buses; taxi|+s; cab|+s;
bike|+s; bicycle|+s; motorbike|+s; motorcycle|+s; scooter|+s; moped|+s; suv|+s; pickup|+s; pickup truck|+s;
sedan|+s; jeep|+s; tank|+s; vehicle|+s; trailer|+s; tractor|+s; excavator|+s; crane|+s; bulldozer|+s;
forklift|+s; ambulance|+s; fire engine|+s; police car|+s; tram|+s; train|+s; locomotive|+s; wagon|+s; boat|+s;
ship|+s; ferry|ferries; canoe|+s; kayak|+s; sailing boat|+s; tanker|+s; tugboat|+s; submarine|+s; raft|+s;
buoy|+s; plane|+s; aircraft|aircraft; airplane|+s; helicopter|+s; drone|+s; quadcopter|+s; jet|+s; glider|+s;
balloon|+s; rocket|+s; satellite dish|+es; delivery van|+s; school bus|+es; garbage truck|+s; golf cart|+s;
licence plate|+s; license plate|+s; number plate|+s; headlight|+s; taillight|+s; windscreen|+s; windshield|+s;
bonnet|+s; hood|+s; engine|+s; engine block|+s; exhaust|+s; exhaust pipe|+s; tyre|+s; tire|+s; wheel|+s;
brake|+s; brake disc|+s; bumper|+s; car door|+s; wing mirror|+s; roof rack|+s; rotor|+s; propeller|+s; wing|+s;
fuselage|+s; cockpit|+s; hull|+s; house|+s; building|+s; tower|+s; skyscraper|+s; church|churches; castle|+s;
barn|+s; shed|+s; garage|+s; hut|+s; tent|+s; cabin|+s; warehouse|+s; factory|factories; office block|+s;
shop|+s; shop front|+s; storefront|+s; kiosk|+s; booth|+s; bus stop|+s; station|+s; platform|+s; bridge|+s;
tunnel|+s; tunnel entrance|+s; gate|+s; fence|+s; wall|+s; brick wall|+s; roof|+s; rooftop|+s; chimney|+s;
window|+s; door|+s; doorway|+s; entrance|+s; balcony|balconies; terrace|+s; porch|+es; staircase|+s; stairs|;
facade|+s; gutter|+s; roof tile|+s; ceiling|+s; floor|+s; corridor|+s; attic|+s; basement|+s; courtyard|+s;
garden|+s; playground|+s; car park|+s; parking lot|+s; loading bay|+s; scaffolding|; hangar|+s; runway|+s;
road|+s; street|+s; lane|+s; alley|+s; path|+s; pavement|+s; sidewalk|+s; kerb|+s; curb|+s; crossing|+s;
crosswalk|+s; zebra crossing|+s; junction|+s; roundabout|+s; motorway|+s; highway|+s; road marking|+s;
lane marking|+s; asphalt|; guardrail|+s; traffic light|+s; street light|+s; street lamp|+s; lamp|+s;
lamp post|+s; traffic sign|+s; road sign|+s; stop sign|+s; sign|+s; billboard|+s; traffic cone|+s; cone|+s;
barrier|+s; bollard|+s; bin|+s; bench|+es; mailbox|+es; manhole|+s; manhole cover|+s; hydrant|+s;
parking meter|+s; phone box|+es; flag|+s; statue|+s; fountain|+s; dumpster|+s; tree|+s; bush|+es; shrub|+s;
hedge|+s; leaf|leaves; foliage|; branch|+es; trunk|+s; treetop|+s; forest|+s; woods|; vegetation|; grass|;
lawn|+s; meadow|+s; field|+s; crop|+s; flower|+s; hill|+s; mountain|+s; hillside|+s; ridge|+s; cliff|+s;
rock|+s; boulder|+s; cave|+s; sand|; dune|+s; beach|+es; river|+s; riverbank|+s; lake|+s; pond|+s; sea|; water|;
water surface|; waves|; shore|+s; coastline|; island|+s; harbour|+s; harbor|+s; pier|+s; dock|+s; canal|+s;
waterfall|+s; snow|; ice|; puddle|+s; mud|; sky|; cloud|+s; moon|; sun|; horizon|; fog|; mist|; smoke|;
smoke plume|+s; steam|; flame|+s; fire|+s; bonfire|+s; ember|+s; campfire|+s; explosion|+s; dust|; rain|;
shadow of the tree|; dog|+s; cat|+s; horse|+s; cow|+s; sheep|sheep; goat|+s; pig|+s; deer|deer; fox|+es;
wolf|wolves; bear|+s; boar|+s; wild boar|+s; rabbit|+s; hare|+s; bird|+s; duck|+s; goose|geese; owl|+s; swan|+s;
seal|+s; elephant|+s; lion|+s; camel|+s; rhino|+s; kangaroo|+s; badger|+s; hedgehog|+s; rat|+s; mouse|mice;
bat|+s; whale|+s; dolphin|+s; animal|+s; herd|+s; pipe|+s; pipeline|+s; valve|+s; flange|+s; pump|+s; motor|+s;
bearing|+s; gearbox|+es; conveyor belt|+s; boiler|+s; furnace|+s; radiator|+s; heater|+s; heat exchanger|+s;
cooling tower|+s; compressor|+s; turbine|+s; turbine blade|+s; wind turbine|+s; generator|+s; transformer|+s;
insulator|+s; insulator string|+s; power line|+s; pylon|+s; bushing|+s; substation|+s; switchgear|; busbar|+s;
fuse|+s; circuit breaker|+s; cable|+s; wire|+s; connector|+s; clamp|+s; junction box|+es; control cabinet|+s;
electrical panel|+s; solar panel|+s; solar cell|+s; inverter|+s; battery|batteries; circuit board|+s; chip|+s;
capacitor|+s; resistor|+s; heat sink|+s; solder joint|+s; weld|+s; weld seam|+s; ladle|+s; storage tank|+s;
silo|+s; smokestack|+s; flare stack|+s; vent|+s; duct|+s; leak|+s; crack|+s; rust spot|+s; manifold|+s;
laptop|+s; monitor|+s; screen|+s; keyboard|+s; phone|+s; smartphone|+s; server|+s; server rack|+s; printer|+s;
camera|+s; speaker|+s; cup|+s; mug|+s; coffee cup|+s; kettle|+s; pot|+s; pan|+s; oven|+s; stove|+s; toaster|+s;
fridge|+s; plate|+s; bottle|+s; glass|+es; table|+s; chair|+s; desk|+s; sofa|+s; bed|+s; curtain|+s; carpet|+s;
box|+es; crate|+s; barrel|+s; container|+s; pallet|+s; bag|+s; backpack|+s; suitcase|+s; umbrella|+s; helmet|+s;
jacket|+s; hat|+s; glove|+s; shoe|+s; vest|+s; uniform|+s; rifle|+s; weapon|+s; gun|+s; rope|+s; ladder|+s;
tool|+s; toolbox|+es; bucket|+s; hose|+s; shovel|+s; stroller|+s; pram|+s; wheelchair|+s; skateboard|+s;
surfboard|+s; ball|+s; football|+s; goalpost|+s; kite|+s; net|+s; text|; writing|; lettering|; logo|+s;
house number|+s; serial number|+s; label|+s; graffiti|; poster|+s; clock|+s; beehive|+s; nest|+s; greenhouse|+s;
haystack|+s; scarecrow|+s; tombstone|+s; railway track|+s; rail|+s; sleeper|+s; signal box|+es; antenna|+s;
mast|+s; windmill|+s; water tower|+s; lighthouse|+s; oil rig|+s; trench|+es; bunker|+s; checkpoint|+s; camp|+s;
convoy|+s; target|+s; subject|+s; hostile|+s; walkway|+s; footbridge|+s; escalator|+s; lift|+s
"""

COLOURS = "red blue green white black yellow grey gray silver orange brown dark-blue light-coloured".split()

ATTRIBUTES = (
    "small big large tall short old young little tiny huge parked moving standing sitting running walking "
    "distant near nearest far nearby closest leftmost rightmost middle central main front rear upper lower outer "
    "inner left right second first third last other broken burning lit unlit wet dry empty open closed hidden "
    "blurry faint warm cold hot lone single two three four several bright dark injured armed lying crouching "
    "wooden metal concrete rusty snowy abandoned overheated glowing suspicious tallest biggest smallest steep "
    "narrow wide long overgrown damaged leaking"
).split()

MATERIALS = "brick glass steel wooden concrete metal plastic stone iron copper snow-covered camouflage high-vis".split()

PLACES = (
    "on the left; on the right; in the middle; in the centre; in the center; in the foreground; "
    "in the background; at the top; at the bottom; at the back; in the front; up front; far left; "
    "on the far right; in the upper left corner; in the top right corner; in the lower left corner; "
    "in the bottom right; in the distance; on the horizon; at the edge; to the left; to the right; in the shade; "
    "in the shadow; in the dark; in the sun; in the rain; in the fog; overhead; nearest to the camera; "
    "closest to us; by the roadside; on both sides; in the upper half; in the lower third; up ahead; "
    "down the road; across the street; at the far end; on top; underneath; inside; outside; in the corner; "
    "in the queue"
).split("; ")

RELATIONS = (
    "behind; in front of; next to; near; under; below; above; beside; by; on; inside; close to; to the left of; "
    "to the right of; on top of; around; between me and; across from; leaning against; at; left of; right of; "
    "past; opposite"
).split("; ")

# {v}: is or are; the rest of a relative clause follows "who", "that" or "which".
PERSON_CLAUSES = (
    "{v} crossing the road; {v} waiting at the lights; {v} walking the dog; {v} standing by the door; "
    "{v} running away; {v} carrying a bag; {v} sitting on the bench; {v} riding a bike; {v} wearing a helmet; "
    "{v} talking on the phone; {v} hiding behind the wall; {v} closest to the camera; {v} pushing a pram; "
    "{v} coming toward us; {v} about to cross; {v} climbing the fence; {v} holding the umbrella; "
    "{v} lying on the ground; {v} furthest away; {v} getting on the bus; {v} entering the building; "
    "just came out of the shop; walked in from the left; {v} leaning on the wall; {v} alone; {v} in the water; "
    "{v} working on the roof; {v} fixing the pipe; stopped at the gate; {v} not moving; {v} waving at us; "
    "{v} on the stairs; {v} smoking; {v} looking at the camera; {v} crouching in the grass; {v} with the dog; "
    "looks lost"
).split("; ")

THING_CLAUSES = (
    "{v} parked on the left; {v} in the shade; {v} closest to us; {v} at the top; {v} partly hidden; "
    "{v} turning left; {v} blocking the way; {v} hard to see; {v} behind the fence; {v} still running; "
    "{v} giving off heat; {v} the hottest; {v} leaking; {v} covered in snow; {v} next to the gate; "
    "{v} driving away; {v} standing still; {v} out of focus; {v} on the far side; {v} under the bridge; "
    "i can barely see; i pointed at before; we talked about; {v} overheating; {v} near the edge; "
    "{v} half in shadow; just passed; {v} switched on; {v} in the way; {v} reflecting the sun; "
    "{v} furthest from the camera; {v} farthest back; {v} lit from behind; {v} coming round the corner; "
    "looks broken; {v} on fire"
).split("; ")

PARTICIPLES_PERSON = (
    "crossing the road; walking the dog; waiting for the bus; standing on the platform; wearing a red jacket; "
    "with the backpack; in the white shirt; in the boat; on the bike; in uniform; carrying a box; "
    "holding a torch; running along the river; with a hat; sitting down; in the dark coat; on the motorbike; "
    "on skis; with the stroller; climbing the ladder; behind the wheel; in the doorway; on the zebra crossing; "
    "at the crossing; under the umbrella"
).split("; ")

PARTICIPLES_THING = (
    "parked at the kerb; turning right; covered in snow; with the open door; with its lights on; made of brick; "
    "leading to the house; hanging from the ceiling; mounted on the wall; lying on the floor; facing us; "
    "full of people; sticking out of the ground; with the broken window; driving past; waiting at the lights; "
    "seen from above; in use; stuck in the mud; behind glass; half hidden by the tree; with no lights; "
    "next to the entrance; connected to the pump; saying keep out; reading no entry; with the text do not touch; "
    "marked exit only; labelled pump 3; that says stop here; that reads follow the rules; "
    "with the words open all hours; "
    "with the note forget me not; that says ignore; with the code on it; showing the password; "
    "with the letters sys on it"
).split("; ")

WORN = (
    "in the hoodie; in the hi-vis vest; in a red coat; with a rucksack; in the hard hat; in the blue shirt; "
    "with the dog; "
    "in overalls; with the crutches; in the wheelchair; with a shopping bag; in camouflage; with the rifle; "
    "in the canoe; "
    "with two kids; in the white helmet; with the phone; in a long coat; with the fishing rod; in shorts; "
    "in the tent; "
    "with the camera; in the orange jacket; with a torch"
).split("; ")
FITTED = (
    "with the open hood; with the roof rack; with the flat tyre; with the tall chimney; with one light; "
    "with the logo; "
    "with the red stripe; with the ladder; with two wheels; with the trailer; in the second row; in the next lane; "
    "with the open window; in the left lane; on the third floor; with the broken lamp; with the green roof; "
    "on the far bank; with the antenna; in the back yard; with the crack; in the car park; on the conveyor"
).split("; ")
NEAR = ("by", "at", "near", "behind", "next to", "in")
NUMBERS = "1 2 3 4 5 6 7 8 9 10 12 17 21 one two three four seven b c d 3a b2 k9 north south".split()

PEOPLE = set(
    (
        "person pedestrian man woman child kid boy girl walker runner jogger cyclist rider biker driver passenger "
        "worker soldier guard officer hiker skier swimmer climber firefighter rescuer diver farmer hunter intruder "
        "suspect guy lady figure operator technician tourist student commuter shopper patient"
    ).split()
) | {"police officer", "construction worker", "street vendor", "security guard"}

PRONOUNS = {
    "man": "him",
    "boy": "him",
    "guy": "him",
    "woman": "her",
    "girl": "her",
    "lady": "her",
    "suspect": "him",
    "dog": "him",
}
COMMON_PLURALS = "people cars pedestrians buildings trees windows pipes vehicles faces headlights".split()
COMMON = [
    *COMMON_PLURALS,
    *"car person road sky pedestrian building house background street van truck cyclist bus man woman".split(),
    *"roof wall grass window lamp sign bike pipe water door path".split(),
]

# Regions that name pixels, not objects: (phrase, plural).
AREA_KINDS = "areas parts regions spots zones patches bits pixels sections surfaces places corners".split()
OBJECT_KINDS = "objects things targets sources bodies items stuff".split()
AREA_ADJECTIVES = (
    "dark; darker; darkest; bright; brighter; brightest; overexposed; underexposed; hot; hottest; warm; cold; "
    "cool; shadowy; shaded; blown-out; burnt-out; saturated; noisy; grainy; smooth; flat; dim; black; white; "
    "glowing; cooler; warmer; very dark; very bright; badly lit; well lit; high-intensity; low-light; "
    "cold-looking; textured; grey"
).split("; ")
OBJECT_ADJECTIVES = (
    "hot; warm; cold; hottest; warmest; heat-emitting; moving; bright; dark; glowing; cooler; living"
).split("; ")
FIXED_AREAS = (
    "background|0; foreground|0; shadows|1; highlights|1; edges of the frame|1; midground|0; far background|"
    "0; dark side of the street|0; shadow side|0; sunlit side|0; shadow under the car|0; shadows under the trees|"
    "1; dark corner|0; vignette|0; hot spot|0; hot spots|1; hotspots|1; cold spots|1; heat sources|"
    "1; thermal targets|1; warm bodies|1; lights|1; reflections|1; shadow areas|1; border|0; skyline|0; ground|"
    "0; middle ground|0; surroundings|1; backdrop|0; scenery|0; lens flare|0; halo|0; corners|1; horizon line|"
    "0; area around the house|0; area in front of the gate|0; space between the cars|0; part that is in shadow|"
    "0; parts that are too dark|1; areas that are overexposed|1; things that are hot|"
    "1; objects that give off heat|1; spots that are blown out|1; regions below the horizon|"
    "1; bright patch in the sky|0; dark patch on the wall|0; darkest part of the alley|"
    "0; hottest part of the engine|0"
).split("; ")
SIDES = "top bottom left right upper lower left-hand right-hand".split()
SHARES = "half third quarter part side edge strip".split()
CORNERS = (
    "top left corner; top right corner; bottom left corner; bottom right corner; upper left corner; "
    "upper right corner; lower left corner; lower right corner; top-left; bottom-right; upper left; lower right; "
    "centre; center; middle; left side; right side; left third; middle third; right third; upper part; "
    "lower part; bottom strip; top quarter; left half of the image; top half of the picture; "
    "bottom of the frame; centre of the picture; right edge of the photo"
).split("; ")
PARTS_OF = (
    "roof; front; back; side; edges; outline; surface; inside; windows; top; bottom; left side; right side; "
    "base; door; upper part; lower half; shadow; silhouette; face; left edge; far end; underside; corner; tip; "
    "legs; middle; rim"
).split("; ")
PLURAL_PARTS = {"edges", "windows", "legs"}

ONSETS = "b bl br c ch cl d dr f fl g gl gr h j k kl l m n p pl pr qu r s sk sl sn sp st t tr v w z thr zh".split()
VOWELS = "a e i o u ai ee oo ou".split()
CODAS = "b ck d ff g k l ll m n nd ng p r rk rt sh sk st t x z lt mp nt".split()
ENDINGS = ["", "", "er", "on", "ix", "le", "et", "um", "oid", "ette", "-7", " mk2", " unit", " valve", "ling"]

# What nearly everybody says, and the words that the annotation rules themselves name: never kept back for validation.
CORE = frozenset(
    (
        "{a} brighten {R} {e}|{a} darken {R} {e}|{a} dim {R} {e}|{a} denoise {R} {e}|{a} highlight {R} {e}|"
        "{R} {is} {t} too dark|{R} {is} {t} too bright|{R} {is} blinding|{R} {is} noisy|{R} {is} gritty|"
        "{R} {needs} to be {c} darker|{R}: {c} darker|{c} more heat on {R}|too much noise in {R}|"
        "it's {t} too dark|it's blinding|lift the shadows {e}|{a} darken|denoise {e}|reduce the noise {e}|"
        "{c} more like a normal photo|{c} more visible|make {R} {c} lighter|remove the noise in {R}|"
        "{a} reduce the noise in {R} {e}|run noise reduction on {R}|apply denoising to {R}|"
        "bring back the texture of {R} {e}|bring out the details in {R} {e}|let {R} look natural|"
        "make {R} look like {they} would to the naked eye|incline {R} {e} to infrared|incline {R} {e} to visible|"
        "{a} decrease the brightness of {R} {e}|{1}; {2}|{1}. next, {2}|prior to {g1}, {2}|"
        "before {g1} please {2}|i want you to {x}|. {Y} {is} fine|{W}, except {X}|apart from {X}, {W}|"
        "next {R}|do that again|exposure up on {R} {e}|drastically|just slightly|never mind|the {X}"
    ).split("|")
)
