"""Phrasings of the training corpus: how people ask for each effect.

Slots of a phrasing: ``{R}`` the region with its article, ``{R:gen}`` its genitive; ``{is}``, ``{needs}``, ``{looks}``
and ``{has}`` agree with it; ``{them}``, ``{their}`` and ``{they}`` refer to it. Strength goes in one of ``{a}`` (adverb
before the verb), ``{c}`` (before a comparative), ``{t}`` (before "too") and ``{e}`` (at the end); where the strength is
normal they stay empty.
"""

from wordfuse.tools.types import Direction, Task

Effect = tuple[Task, Direction | None]
INFRARED: Effect = ("incline", "infrared")
VISIBLE: Effect = ("incline", "visible")
BRIGHTER: Effect = ("relight", "brighter")
DARKER: Effect = ("relight", "darker")
DENOISE: Effect = ("denoise", None)
EFFECTS = (INFRARED, VISIBLE, BRIGHTER, DARKER, DENOISE)


def _phrasings(text: str) -> list[str]:
    return [phrasing.strip() for phrasing in text.split("|")]


# Imperatives: the verb comes first (after {a}), so that a gerund can be made of it.
IMPERATIVES: dict[Effect, list[str]] = {
    INFRARED: _phrasings("""
        make {R} glow {e} | make {R} glow like on the thermal cam | make {R} light up in thermal {e} |
        make {R} shine out {e} in the heat image | make {R} {c} more noticeable | make {R} jump out {e} |
        make sure {R} {is} {c} easier to spot | turn {R} {c} more thermal | make {R} {c} more eye-catching in infrared |
        make {R} {c} warmer | make {R} {c} hotter | make {R} stand out {e} | make {R} stand out {c} more |
        make {R} pop {e} | make {R} pop out {e} | make {R} {c} more salient |
        make {R} {c} more prominent in thermal | make {R} {c} easier to spot | make {R} look {c} more thermal |
        make {R} look {c} warmer | make {R} look like the thermal image {e} | make it {c} easier to spot {R} |
        {a} highlight {R} {e} | {a} emphasise {R} {e} | {a} emphasize {R} {e} |
        {a} accentuate the heat of {R} {e} | bring out the heat of {R} {e} |
        bring out the heat signature of {R} {e} | bring out {R} in thermal {e} |
        bring the infrared out in {R} {e} | bring up the LWIR on {R} {e} | push {R} {e} toward the infrared |
        push {R} {e} towards thermal | {a} push the thermal on {R} | move {R} {c} closer to the infrared image |
        lean {R} {e} toward infrared | tilt {R} {e} to the thermal side | pull {R} {e} to LWIR |
        {a} shift {R} toward the heat image | give {R} {c} more heat | give {R} {c} more infrared |
        give {R} {c} more thermal contrast | give {R} {c} more LWIR weight | put {c} more infrared into {R} |
        put {c} more thermal information in {R} | add {c} more heat to {R} | add thermal to {R} {e} |
        blend {c} more of the infrared into {R} | mix {c} more thermal into {R} | let {R} stand out {e} |
        let {R} stand out thermally {e} | let the infrared show {c} more in {R} |
        let the thermal camera win on {R} {e} | let {R:gen} heat show through {e} |
        show {R} as the thermal camera sees {them} | show the heat of {R} {e} | show {c} more thermal on {R} |
        use {c} more infrared for {R} | use the thermal band for {R} {e} | take {c} more from the IR in {R} |
        take {R} from the heat camera | favour the infrared on {R} {e} | favor thermal over visible for {R} {e} |
        boost the heat on {R} {e} | boost {R} in infrared {e} | boost the thermal signature of {R} {e} |
        {a} boost the saliency of {R} | {a} increase the thermal contrast of {R} {e} |
        {a} increase infrared for {R} {e} | {a} raise the heat in {R} {e} | turn up the heat on {R} {e} |
        turn the infrared up for {R} {e} | warm up {R} {e} | warm {R} up {e} | draw attention to {R} {e} |
        draw the eye to {R} {e} | help me spot {R} {c} more easily | help {R} stand out {e} | have {R} pop {e} |
        have {R} stand out from the rest {e} | prioritise thermal for {R} {e} | weight {R} {e} toward infrared |
        enhance the heat of {R} {e} | enhance {R} thermally {e} | single out {R} with infrared |
        get {R} to stand out {e} | get {c} more heat out of {R} | keep {R} closer to the thermal image |
        render {R} {c} hotter | render {R} in infrared | go {c} more thermal on {R} |
        go heavier on the infrared for {R} | incline {R} {e} to infrared |
        incline {R} toward the thermal image {e} | fuse {R} with {c} more infrared |
        strengthen the thermal look of {R} {e} |
        make {R} hot | make {R} look {c} hotter | make {R} salient | make {R} easy to spot |
        make {R} more obvious in thermal | make it {c} easier to find {R} in the heat image |
        put the emphasis on {R} {e} | put emphasis on {R} | bias {R} {e} to LWIR |
        weight the fusion of {R} {e} towards infrared | call attention to {R} {e} | show {R} in infrared |
        show {R} in thermal | show me {R} in IR | show the heat signature of {R} {e} |
        show the thermal signature of {R} | reveal the heat of {R} {e} | display {R} as hot |
        paint {R} with heat | use IR for {R} | use the infrared in {R} | set {R} off from the background {e} |
        let {R} catch the eye {e} | get {R} {c} warmer | get {R} {c} more salient | get {R} noticed {e} |
        render {R} {c} more salient | turn {R} {c} warmer | dial up the infrared on {R} {e} |
        dial up the thermal in {R} {e} | ramp up the heat on {R} {e} | crank the thermal on {R} {e} |
        {a} bring {R} forward in thermal | bring {R} to the fore in infrared | have {R} glow in the heat |
        bring out {R} {e} | bring out {R} so i can spot {them} | mark {R} out with heat |
        {a} promote {R} in the infrared | lend {R} {c} more thermal weight | favour LWIR for {R} {e} |
        make the heat of {R} {c} more apparent | make {R} impossible to miss | make {R} unmissable in thermal |
        move {R} {e} to the IR end | increase the salience of {R} {e} | {a} raise the saliency of {R} {e} |
        make {R} conspicuous {e}
        """),
    VISIBLE: _phrasings("""
        make {R} look like {they} would to the naked eye | make {R} look {c} more like in a snapshot |
        show {R} the way the naked eye sees {them} | make {R} look as a regular camera would show {them} |
        make {R} look as in real life | make {R} look {c} more real | make {R} look {c} less like a heat map |
        make {R} look {c} more natural | make {R} {c} more natural | make {R} look like a normal photo {e} |
        make {R} look {c} more like an ordinary photo | make {R} look {c} more like the visible image |
        make {R} look like in daylight footage | make {R} look the way the eye sees {them} |
        make {R} {c} more detailed | make {R} {c} less thermal | make the texture of {R} {c} clearer |
        make the details of {R} {c} more visible | show {R} as the eye sees {them} |
        show {R} as an ordinary camera would | show {R} like in the visible picture |
        show {c} more texture on {R} | show {c} more detail in {R} | show {R} in true colours |
        show {R} with {their} real colors | bring back the texture of {R} {e} | bring back the detail in {R} {e} |
        bring out the texture of {R} {e} | bring out the details in {R} {e} | bring out {R:gen} texture {e} |
        bring {R} {c} closer to the visible image | bring the natural look back to {R} |
        restore the true colours of {R} {e} | restore the natural colors in {R} |
        restore {R} to the visible look | recover {c} more detail in {R} | recover the texture of {R} {e} |
        push {R} {e} toward visible | push {R} {e} towards the visible image | lean {R} {e} toward the visible |
        tilt {R} {e} to the visible side | shift {R} {e} to the RGB look | pull {R} {e} to the visible band |
        move {R} {c} closer to the visible picture | give {R} {c} more texture |
        give {R} {c} more visible detail | give {R} {c} more natural colours | give {R} a {c} more natural look |
        give {R} {their} true colours | get the details of {R} back {e} | get {c} more texture out of {R} |
        put {c} more visible into {R} | put {c} more of the normal photo into {R} |
        blend {c} more of the visible image into {R} | mix {c} more RGB into {R} | add {c} more texture to {R} |
        add {c} more natural detail to {R} | add visible detail to {R} {e} |
        use {c} more of the visible camera for {R} | use the visible image for {R} {e} |
        use the normal camera in {R} | take {R} from the visible camera | take {c} more from the photo in {R} |
        let {R} look natural | let {R} look {c} more natural | let the visible camera win on {R} {e} |
        let me see the texture of {R} {c} better | let the texture of {R} come through {e} |
        favour the visible on {R} {e} | favor visible over thermal for {R} {e} |
        {a} increase the detail in {R} {e} | {a} increase the texture of {R} {e} |
        {a} enhance the texture of {R} {e} | {a} enhance the details in {R} {e} |
        {a} emphasise the texture of {R} {e} | prioritise natural colour for {R} | weight {R} {e} toward visible |
        render {R} as the eye would see {them} | render {R} {c} more naturally | keep {R} natural |
        keep {R} as in the normal photo | incline {R} {e} to visible | incline {R} toward the visible image {e} |
        go {c} more natural on {R} | fuse {R} with {c} more of the visible | have {R} look as in a regular photo |
        turn {R} {c} more natural | reveal {c} more detail in {R} | reveal the texture of {R} {e} |
        make {R} look realistic | make {R} look {c} more realistic | make {R} photo-like |
        make {R} look like i'd see {them} with my own eyes | show {R} like a person would see {them} |
        show {R} as {they} really {looks} to the eye | show {R} in visible light |
        show {R} in natural colours | show {R} in visible detail | show {R} in RGB |
        show the texture of {R} {e} | show the details of {R} | show the natural colours of {R} |
        give {R} the look of the daylight camera | give {R} an ordinary photo look |
        give {R} back {their} colours | give {R} back {their} texture | bias {R} {e} to the visible |
        bias {R} {e} toward RGB | weight the fusion of {R} {e} towards visible | use RGB for {R} |
        use the photo for {R} | use the visible channel in {R} {e} | keep the texture of {R} |
        keep {R} looking natural | get {R} {c} more natural | get {R} looking {c} more like a photo |
        dial up the visible in {R} {e} | dial up the texture of {R} {e} | bring up the visible on {R} {e} |
        bring the visible detail out in {R} {e} | bring out the true colours of {R} |
        bring {R} back to natural colours | let the visible image show {c} more in {R} |
        let me read the texture of {R} | let {R} keep {their} texture | let {R} look like an ordinary photo |
        naturalise {R} {e} | {a} favour RGB in {R} | turn {R} back to natural |
        lend {R} {c} more visible weight | boost the texture of {R} {e} | boost the details of {R} {e} |
        boost visible detail on {R} {e} | move {R} {e} to the visible end | add texture to {R} {e} |
        add detail to {R} {e} | put texture back into {R} {e} | take the thermal look off {R} {e} |
        drop the heat map look of {R} | render {R} in natural colours | render {R} as a camera would
        """),
    BRIGHTER: _phrasings("""
        {a} brighten {R} {e} | {a} brighten up {R} {e} | brighten {R} up {e} | {a} lighten {R} {e} |
        lighten up {R} {e} | make {R} {c} brighter | make {R} {c} lighter | make {R} {c} less dark |
        make {R} {c} better lit | make {R} bright | light up {R} {e} | light {R} up {e} | {a} illuminate {R} {e} |
        lift {R} {e} | lift the shadows in {R} {e} | {a} lift the shadows on {R} | open the shadows in {R} {e} |
        open up the shadows on {R} {e} | open up {R} {e} | raise the exposure of {R} {e} |
        {a} raise the brightness of {R} {e} | raise the luma in {R} {e} | {a} raise the light level on {R} |
        {a} increase the exposure on {R} {e} | {a} increase the brightness of {R} {e} |
        increase {R:gen} brightness {e} | bump the exposure on {R} {e} | bump up the brightness of {R} {e} |
        boost the brightness of {R} {e} | boost the light on {R} {e} | turn up the brightness in {R} {e} |
        turn the light up on {R} {e} | crank the brightness of {R} {e} | bring up the exposure in {R} {e} |
        bring {R} up {e} | bring {R} out of the dark {e} | bring {c} more light to {R} |
        pull {R} out of the shadows {e} | pull up the exposure of {R} {e} | push the exposure of {R} up {e} |
        push {R} {c} brighter | give {R} {c} more light | give {R} {c} more exposure |
        give {R} {c} more brightness | put {c} more light on {R} | put some light on {R} |
        throw {c} more light on {R} | shed {c} more light on {R} | shine {c} more light on {R} |
        add {c} more light to {R} | add {c} more exposure to {R} | add brightness to {R} {e} |
        let {c} more light into {R} | get {c} more light on {R} | get {R} {c} brighter | expose {R} {c} more |
        relight {R} {c} brighter | relight {R} so {they} {is} {c} brighter | relight {R} {e} |
        render {R} {c} brighter | turn {R} {c} brighter | fix the underexposure in {R} |
        fix the dark exposure of {R} | compensate the underexposure on {R} {e} | up the exposure on {R} {e} |
        up the brightness of {R} {e} | have {R} {c} brighter | set {R} {c} brighter |
        take {R} up in brightness {e} |
        {a} open up {R} {e} | {a} expose {R} up | push {R} up in exposure {e} | dial up the light on {R} {e} |
        dial up the brightness of {R} {e} | dial up the exposure on {R} {e} | ramp up the light in {R} {e} |
        get rid of the darkness in {R} | get {c} more exposure on {R} | pour {c} more light on {R} |
        cast {c} more light on {R} | lend {R} {c} more light | turn up the light on {R} {e} |
        turn on the light in {R} | turn {R} up {e} in brightness | lift the exposure of {R} {e} |
        {a} lift the blacks in {R} {e} | {a} lift the darks in {R} {e} | lift the dark parts of {R} {e} |
        open {R} up {e} | pull the shadows of {R} up {e} | raise {R} out of the dark {e} |
        raise the shadows in {R} {e} | make {R} look {c} brighter | make {R} look {c} less dark |
        make {R} look better lit | have more light on {R} | {a} boost the exposure of {R} {e} |
        boost {R} in brightness {e} | bring light into {R} {e} | bring {R} into the light {e} |
        correct the underexposure of {R} | increase the light on {R} {e} | increase the luminance of {R} {e} |
        up the light on {R} {e} | send {c} more light into {R} | light {R} {e} |
        help {R} out of the shadows {e} | let {R} be {c} brighter
        """),
    DARKER: _phrasings("""
        {a} darken {R} {e} | {a} darken down {R} | {a} dim {R} {e} | dim down {R} {e} | dim the light on {R} {e} |
        make {R} {c} darker | make {R} {c} dimmer | make {R} {c} less bright | make {R} {c} less blinding |
        make {R} dark | {a} tone down {R} {e} | tone {R} down {e} | tone down the glare on {R} {e} |
        tone down the brightness of {R} {e} | {a} reduce the glare on {R} {e} |
        {a} reduce the glare from {R} {e} | {a} reduce the exposure of {R} {e} |
        {a} reduce the brightness of {R} {e} | reduce {R:gen} brightness {e} | {a} lower the exposure on {R} {e} |
        {a} lower the brightness of {R} {e} | lower the light on {R} {e} |
        {a} decrease the brightness of {R} {e} | {a} decrease the exposure in {R} {e} | bring down {R} {e} |
        bring {R} down {e} | bring down the exposure of {R} {e} | bring down the brightness in {R} {e} |
        bring the glare of {R} down {e} | pull down the exposure on {R} {e} | pull {R} down in brightness {e} |
        pull the highlights in {R} down {e} | turn down the brightness of {R} {e} |
        turn the light on {R} down {e} | turn down {R} {e} | take down the glare of {R} {e} |
        take {c} some light off {R} | take the glare off {R} {e} | cut the glare from {R} {e} |
        cut the brightness of {R} {e} | cut down the light on {R} {e} | drop the exposure on {R} {e} |
        drop {R} in brightness {e} | kill the glare on {R} | kill the glare of {R} {e} |
        get rid of the glare on {R} | remove the glare from {R} | fix the overexposure in {R} |
        fix the glare on {R} | tame {R} {e} | tame the glare of {R} {e} | tame the highlights on {R} {e} |
        knock back the brightness of {R} {e} | knock {R} down {e} in brightness | mute the glare of {R} {e} |
        give {R} {c} less light | give {R} {c} less exposure | put {c} less light on {R} | expose {R} {c} less |
        relight {R} {c} darker | relight {R} so {they} {is} {c} darker | render {R} {c} darker |
        turn {R} {c} darker | get {R} {c} darker | push {R} {c} darker | stop {R} from blinding me |
        keep {R} from being so bright | shade {R} {e} | suppress the glare on {R} {e} | underexpose {R} {e} |
        hold back the exposure on {R} {e} |
        {a} subdue {R} {e} | {a} subdue the glare of {R} {e} | dial down the light on {R} {e} |
        dial {R} down {e} | dial down the brightness of {R} {e} | dial back the exposure on {R} {e} |
        {a} lower {R} in brightness {e} | ease off the light on {R} {e} | ease the glare of {R} {e} |
        soften the glare on {R} {e} | take the brightness of {R} down {e} | take {R} down in exposure {e} |
        pull back the brightness of {R} {e} | pull back the highlights on {R} {e} |
        rein in the highlights on {R} {e} | rein in the glare of {R} {e} | scale back the light on {R} {e} |
        {a} reduce the light on {R} {e} | {a} reduce the luminance of {R} {e} | reduce {R} in brightness {e} |
        turn the brightness of {R} down {e} | turn down the light on {R} {e} | make {R} look {c} darker |
        make {R} look {c} less bright | make {R} stop glaring | make {R} less dazzling |
        make {R} {c} less glaring | make {R} less overexposed | make {R} less harsh on the eyes |
        keep {R} {c} darker | let {R} be {c} darker | have {R} {c} darker | bring {R} {c} lower in exposure |
        recover the blown-out {R} | stop the glare of {R} | stop the glare from {R} |
        counter the glare on {R} {e} | calm the glare of {R} {e} | correct the overexposure of {R} |
        put {R} in the shade {e} | quell the glare on {R} {e} | lessen the glare on {R} {e} |
        lessen the light on {R} {e} | get the glare off {R}
        """),
    DENOISE: _phrasings("""
        {a} denoise {R} {e} | {a} de-noise {R} {e} | {a} clean up {R} {e} | clean {R} up {e} | {a} clean {R} {e} |
        clean the noise out of {R} {e} | clean the grain from {R} {e} | {a} smooth {R} {e} |
        {a} smooth out {R} {e} | smooth {R} out {e} | smooth the grain in {R} {e} |
        smooth over the noise in {R} {e} | remove the noise in {R} | remove the noise from {R} {e} |
        remove the grain from {R} | remove the speckle on {R} | remove the speckles in {R} |
        remove noise on {R} {e} | get rid of the noise in {R} | get rid of the grain on {R} |
        get rid of {R:gen} noise | get the noise out of {R} {e} | get {R} {c} cleaner |
        take the noise out of {R} {e} | take out the grain in {R} | take some grain off {R} |
        {a} reduce the noise in {R} {e} | {a} reduce the grain in {R} {e} | {a} reduce noise on {R} {e} |
        {a} reduce the speckle of {R} {e} | {a} lower the noise in {R} {e} | bring down the noise in {R} {e} |
        bring the grain down on {R} {e} | cut the noise in {R} {e} | cut down on the grain in {R} {e} |
        kill the noise in {R} | kill the grain on {R} | {a} suppress the noise in {R} {e} |
        {a} suppress sensor noise on {R} {e} | {a} filter the noise in {R} {e} | filter out the grain in {R} {e} |
        filter {R} for noise | {a} improve the SNR of {R} {e} | {a} improve the signal to noise in {R} {e} |
        raise the SNR on {R} {e} | increase the snr in {R} {e} | {a} despeckle {R} {e} | make {R} {c} less noisy |
        make {R} {c} cleaner | make {R} {c} smoother | make {R} {c} less grainy | make {R} {c} less gritty |
        make {R} noise-free | make {R} look {c} cleaner | make the noise in {R} go away | fix the noise in {R} |
        fix the noisy look of {R} | fix the grain on {R} | have {R} {c} less noisy | give {R} {c} less noise |
        give {R} {c} less grain | give {R} a {c} cleaner look | give {R} a noise cleanup | run a denoise on {R} |
        run noise reduction on {R} | apply denoising to {R} | apply {c} more noise reduction to {R} |
        do noise reduction on {R} | do something about the noise in {R} | deal with the grain in {R} |
        scrub the noise off {R} | wipe the grain from {R} | strip the noise from {R} |
        quiet the noise in {R} {e} | tidy up the noise in {R} {e} | render {R} {c} less noisy |
        turn down the noise in {R} {e} |
        {a} degrain {R} {e} | {a} denoise over {R} | wipe the speckle off {R} | clear the noise from {R} {e} |
        clear up the noise in {R} {e} | clear {R} of noise | clear {R} of grain |
        iron out the grain in {R} {e} | {a} even out the noise in {R} | free {R} of noise |
        free {R} from grain | rid {R} of noise | rid {R} of the speckle | get rid of the speckle on {R} |
        get rid of the noise on {R} | get rid of all the grit in {R} | get the speckle off {R} |
        get the grain out of {R} {e} | drop the noise in {R} {e} | drop the grain on {R} {e} |
        {a} lessen the noise on {R} | make {R} look {c} smoother | make {R} look {c} less noisy |
        make {R} grain-free | make {R} clean | make {R} smooth | make {R} {c} less speckled |
        remove the graininess of {R} | remove the grit from {R} | remove the sensor noise from {R} |
        remove all noise from {R} | reduce {R:gen} noise {e} | {a} reduce the graininess of {R} {e} |
        take the grain out of {R} {e} | take the speckle off {R} | take the grit off {R} |
        dial down the noise in {R} {e} | dial down the grain on {R} {e} | {a} tone down the noise in {R} {e} |
        {a} tone down the grain of {R} {e} | polish {R} free of noise | push the SNR of {R} up {e} |
        boost the SNR of {R} {e} | lift the SNR in {R} {e} | put a noise filter on {R} |
        use a denoiser on {R} | keep the noise in {R} down {e} | let {R} be {c} less noisy |
        give {R} better SNR | give {R} a good cleaning | give {R} a clean-up | run the denoiser over {R} |
        tidy {R} up, there's noise | smooth away the grain of {R} | smooth the noise out of {R} {e} |
        smooth down {R} {e} | suppress the grain in {R} {e} | do a denoise on {R}
        """),
}

# How most people say it: each of these is drawn as often as all the others together.
COMMON: dict[Effect, list[str]] = {
    INFRARED: _phrasings("""
        make {R} stand out {e} | make {R} pop {e} | make {R} {c} warmer | make {R} {c} hotter |
        {a} highlight {R} {e} | make {R} {c} easier to spot | {a} emphasise {R} {e} | make {R} {c} more salient |
        show {R} in infrared | bring out the heat of {R} {e} | show the heat of {R} {e} |
        push {R} {e} toward infrared | make {R} {c} more thermal | show {R} in thermal |
        show the heat signature of {R} {e} | warm up {R} {e} | make {R} glow {e} | let {R} stand out {e} |
        give {R} {c} more infrared | give {R} {c} more heat
        """),
    VISIBLE: _phrasings("""
        make {R} look {c} more natural | make {R} {c} more natural | bring back the texture of {R} {e} |
        show {R} in true colours | make {R} look like a normal photo | give {R} {c} more texture |
        give {R} {c} more detail | show {c} more detail in {R} | push {R} {e} toward visible | make {R} look natural |
        show {R} as the eye sees {them} | bring out the details of {R} {e} | bring out the texture of {R} {e} |
        restore the texture of {R} {e} | make {R} look like an ordinary photo | give {R} a {c} more natural look |
        show the texture of {R} {e} | make {R} {c} more like the visible image
        """),
    BRIGHTER: _phrasings("""
        {a} brighten {R} {e} | make {R} {c} brighter | {a} lighten {R} {e} | light up {R} {e} | brighten up {R} {e} |
        give {R} {c} more light | lift the shadows in {R} {e} | {a} increase the exposure of {R} {e} |
        make {R} {c} lighter | light {R} up {e} | put {c} more light on {R} | {a} raise the brightness of {R} {e} |
        open the shadows in {R} {e} | brighten {R} up {e}
        """),
    DARKER: _phrasings("""
        {a} darken {R} {e} | make {R} {c} darker | {a} dim {R} {e} | {a} tone down {R} {e} | tone {R} down {e} |
        reduce the glare on {R} {e} | make {R} {c} less bright | {a} reduce the brightness of {R} {e} |
        tone down the glare of {R} {e} | {a} lower the exposure of {R} {e} | make {R} {c} dimmer | dim down {R} {e} |
        turn down the brightness of {R} {e} | get rid of the glare on {R}
        """),
    DENOISE: _phrasings("""
        {a} denoise {R} {e} | {a} clean up {R} {e} | {a} smooth {R} {e} | remove the noise from {R} | clean {R} up {e} |
        {a} reduce the noise in {R} {e} | make {R} {c} less noisy | get rid of the noise in {R} | smooth out {R} {e} |
        remove the grain from {R} | make {R} {c} cleaner | make {R} {c} smoother | remove the speckle from {R} |
        get the noise out of {R} | get rid of the grain in {R} | make {R} {c} less grainy | {a} clean {R} {e}
        """),
}
