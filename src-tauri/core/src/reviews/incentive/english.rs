//! The words of offers in English.

use std::sync::LazyLock;

use super::{Words, pattern};

const VALUE: &str = r"(?:[$€£¥] ?[0-9]+|(?:[0-9]+(?:\.[0-9]+)?|two|three|four|five|six|seven|eight|ten|twenty|few|couple of) ?(?:dollars?|bucks|euros?|quid|pounds|usd|gbp|eur|cad|aud|rmb|yuan|%|percent|points))";

pub(super) static WORDS: LazyLock<Option<Words>> = LazyLock::new(|| {
    Some(Words {
        mention: pattern(
            r"\breview(?:s|ed|er|ers|ing)?\b|\bratings?\b|\brate (?:us|me|it|this|the|our|my|your|5|five|highly)|\brated\b|\b(?:[1-5]|one|two|three|four|five) ?\*|\b(?:[1-5]|one|two|three|four|five) ?(?:gold(?:en)? )?stars?\b|\bstars?\b|\bfeedback\b|\btestimonials?\b|\bwrite up\b|\bkind words?\b|\bnice words?\b|\bthumbs up\b|\b(?:that|the|your|this|negative|bad|positive|nasty) comments?\b|\bshout ?out\b|\b(?:say|says|said|saying|write|writing|post|leave) (?:us )?(?:something|anything) (?:nice|glowing|good|kind|positive|lovely)|\btell (?:people|others|other (?:shoppers|buyers|customers)|everyone|the world)\b|\bposts? (?:photos|pictures|pics) here|\bwhat you (?:wrote|posted|said online)\b|\b(?:give|leave|tap|click|hit) (?:us |me )?(?:the|a|all) (?:five|5)\b|\bup to (?:a )?(?:5|five)\b|\brate the order|\brave\b|\bnice comment",
        )?,
        other_sense: pattern(
            r"\bas a (?:little |small |token of )?(?:thank you|thanks)\b|\bthank you card|\bbest (?:gift|present|reward|thing)|\bglow stars?|\breview (?:button|page|section|tab|form|link|window|option)|\b(?:exam|performance|code|peer|literature|annual|bar|test|yearly|weekly|monthly|legal|medical|privacy|security|account|under|in|manual) review\w*|\breview(?:ing)? (?:book|guide|planner|questions|sheet|copy|copies|notes|process|board|committee|period|queue)\w*|\b(?:five|5|four|4|three|3) ?stars? (?:flag|hotel|hotels|resort|restaurant|patch|patches|general|luxury)\w*|\bstars? (?:flag|lamp|light|lights|map|chart|wars|projector|shaped|pattern|print|sticker|stickers|anise|necklace|pendant|charm|earrings|fruit)\w*|\b(?:picks? up|audio|haptic|force|loop|mic|microphone|guitar|speaker|acoustic) feedback|\bfeedback (?:near|loop|noise|suppress|eliminat|hum|from the (?:mic|speaker|amp))\w*|\b(?:power|energy|ip|voltage|amp|waterproof|water|fire|tog|age|uv|heat|temperature|weight|load|fuse|efficiency|safety|movie|film) ratings?|\bratings? (?:on the|of the) (?:plug|bulb|fuse|label|box|adapter|charger|cable)|\brated (?:for|to|at) [0-9]|\b(?:several|many|most|some|other|a few) review\w*|\breviewers? say|\breview of books",
        )?,
        change: pattern(
            r"\b(?:chang\w*|edit\w*|updat\w*|remov\w*|delet\w*|revis\w*|rais\w*|reconsider\w*|amend\w*|tak\w* (?:it |that |this |the |your )?(?:\w+ )?(?:down|off|offline|back)|taken (?:down|off|offline|back)|withdr\w*|upgrad\w*|bump\w*|modif\w*|adjust\w*|turn\w*|fix(?:ed|es)?|improv\w*|lift\w*|get rid|pull\w*|scrub\w*|erase\w*|wip\w*|drop the (?:bad|negative|one|two)|gone|goes away|disappear\w*|higher|hide|hidden|becomes?|better)\b|\b(?:skip|avoid|don't leave|do not leave|not leave|without|instead of|hold off)\b[^。!?;]{0,24}\b(?:negative|bad|one|1|low)\b",
        )?,
        benefit: pattern(&format!(
            r"\brefund|\breimburs|\bdiscount|\boff your\b|\bcoupon|\bvoucher|\bgifts?\b|\bfree\b|\bcash|\bcredits?\b|\bmoney\b|{VALUE}|\bcode\b|\bbonus|\breward|\bcompensat|\bpaypal\b|\bvenmo\b|\bzelle\b|\bpoints\b|\bprizes?\b|\bwin\b|\bdraw\b|\braffle|\bsweepstake|\blottery|\bgiveaway|\breplacement|\bspare part|\bon the house|\bon us\b|\bpresent\b|\btreat\b|\bsamples?\b|\bsurprise|\bsomething (?:extra|special|nice|sweet|in return|for you)|\blittle (?:extra|something)|\bupgrade\b|\bextra (?:pair|one|set|bag|piece|item|year)|\bwarranty is extended|\bextended warranty|\bextend\w* (?:your|the) warranty|\b(?:cover|pay|sponsor|waive)\w*\b[^。!?;]{{0,24}}\b(?:postage|shipping|delivery|fee|fees|you|for)\b|\bgoodwill|\bpay (?:you|for)|\bpaid\b|\bsend you\b|\bsend (?:a|the) new|\bnew one\b|\bship you\b|\bmail you\b|\bslip you\b|\bthank you (?:card|present|gift|note)|\bperk|\bfreebie|\bhalf price|\bno charge|\bcomplimentary|\bvip\b|\bearly access|\bmake it (?:up|worth)|\btip\b|\btop up|\b[0-9]+ back\b|\bpick any\b|\bkeep the\b|\bmystery\b|\bexclusive\b|\bcashback|\bfront of the (?:queue|line)|\bpriority|\bskip the (?:queue|line)|\bpromo|\brefill|\bventi|\bpop a|\bthrow in|\btoss in|\bfirst dibs|\bsecond one\b|\bdouble (?:the|your)|\byours free|\bbogo\b|\bfull amount|\bback to your (?:card|account)|\bname (?:a|your) (?:figure|price|number)|\bhow much would (?:it|we|i)|\bwhat would it take|[0-9]+ ?[$€£]|\bfor nothing\b|\bon me\b|\bswap(?:ped|s)?\b|\bwallet\b|\bpassword\b|\bspare\b"
        ))?,
        threat: pattern(
            r"\blawyer|\blegal action|\bsue\b|\bcourt\b|\bor else\b|\breport you\b|\bblacklist|\bblock(?:ed)? (?:you|your)|\bregret|\bpublish your|\bpost your (?:name|address|number)|\bwe know where|\bcancel your order|\bwon'?t (?:ship|refund|send|get|be able to)|\bwill not (?:ship|refund|send|get)|\bno refund|\bexpose|\bonly (?:then|process)\b|\bonly (?:\w+ ){0,3}(?:after|if|once|when)\b|\bno (?:review|rating|stars?|feedback),? no\b|\b(?:have|know) your (?:phone|address|number|home|work)|\buntil (?:you|the|your|it|that)\b|\bunless\b|\bholding your|\bhold your|\bfirst,? (?:then|and then)|\bthen we can talk|\bbefore (?:i|we) (?:can )?(?:refund|send|ship|process|release)",
        )?,
        hint: pattern(
            r"\bif you know what i mean|\bscratch (?:yours|my back|our back)|\bthank you properly|\bmake you happy|\bsomething waiting for you|\bsort you out|\bwink|\bkind to you\b|\byou won't regret|\bmake it worth|\blook after you|\btake (?:good )?care of you|\breturn the favou?r|\bwon't be forgotten|\bremember(?:ed)? (?:your|the) kindness|\bwin win\b|\bnext (?:box|parcel|order) will show|\bnever forget",
        )?,
        denied_before: pattern(
            r"\b(?:don't|do not|doesn't|does not|can't|cannot|won't|will not|wouldn't|would not|never|not allowed to|against the rules to|isn't|is not|aren't|not in|without any|no need to|need not|needn't|not because of|not about|nothing to do with|no connection with|not tied to|not linked to|unrelated to|regardless of|whatever|not depend on|separate from|no longer|not for|not a|isn't about|refuse to|no (?:gift|reward|money|discount|coupon|cash|payment|bonus)s?)\b[^。!?;,]{0,50}$",
        )?,
        denied_after: pattern(
            r"^[^。!?;,]{0,30}\b(?:can stay|stays?|is yours|are yours|up to you|whatever you|as it is|either way|is not allowed|not allowed|against the rules|we don't|but we don't|isn't (?:needed|required)|not (?:needed|required|necessary)|is open|are open|from your account)\b",
        )?,
        told: pattern(
            r"\b(?:thank(?:s| you)?|saw|read|noticed|seeing|appreciate|grateful|reading)\b[^。!?;]{0,30}$|\bthank(?:s| you)\b[^。!?;]{0,50}$|\b(?:mention\w*|said|wrote|written|described|point\w* out|raised|told us|complain\w*|asked)\b[^。!?;]{0,40}\bin\b[^。!?;]{0,12}$|\breply to[^。]{0,20}$",
        )?,
        told_after: pattern(r"^ (?:and you're right|you gave|you left was|says|said|mentions|mentioned|points out|helped us)")?,
        untied: pattern(
            r"\bwhatever you (?:write|decide|say|choose|think|rate|post)|\bno matter (?:what|how|whether)|\bregardless\b|\bnot in exchange|\bisn't tied|\bnot tied|\b(?:doesn't|does not|do not|don't) depend|\bnever (?:offer|ask|pay|give|trade)|\b(?:don't|do not|can't|cannot|won't|will not|we're not able to|wouldn't) (?:offer|pay|trade|reward|exchange|do that|buy|bribe|discount)|\beither way\b|\bno strings|\bnothing to do with|\bseparate from|\bunrelated\b|\bhowever you (?:rate|review|feel)|\bagainst the rules|\bwhether or not|\bindependent of|\bkeep your review|\bleave your review as|\bscam|\bisn\'t from us|\bnot from us|\breport it\b|\bdidn\'t (?:put|send|print|come)|\bnot one of ours|\bbut we don\'t\b|\bdon\'t buy\b|\bphish|\bfraud|\bshould be honest|\bno connection|\bhave no access|\bonly you can\b",
        )?,
        tie: pattern(
            r"\b(?:leav\w*|writ\w*|wrote|post\w*|giv\w*|drop\w*|rat(?:e|ing)|submit\w*|shar\w*|send\w*|show\w*|add\w*|for|with|each|every|any|exchange|get|gets|receiv\w*|earn\w*|claim\w*|when|once|after|if|means?|unlock\w*|enter\w*|screenshot|who|everyone|promise|provided|want|then|snap|plus|equals?|review us|trade|swap|and (?:we|i)|bucks|in return|rave)\b|=|>|\+|\bnow\b|→",
        )?,
    })
});
