"""The workflow as the notice and the law have it, written down by hand; the product is compared with it.

Sources: domain page 1.1 (S24–S50), 1.3, 1.4, 2.2 (D01–D27), 2.3. Nothing here is imported from the product.

One line an arrow: `verb: from → to | who | needs | clocks`. `=` for the state it leads to means that the case stays,
`back` that it returns to the state before. Clocks: `+D03` starts, `-D03` stops, `~D03` pauses, `^D03` runs on; `-all`
stops whatever runs. `held` stands where the arrow is open on hold alone, `also-held` where it is open on hold too.
"""

SETS = {
    "intake": "reported triaged",
    "unfiled": "reported triaged registered submitted approved assigned verifying single_unit joint_required",
    "disputable": "registered submitted approved assigned verifying single_unit joint_required",
    "at_work": "filed investigating ordered complied escalated_city",
    "before_decision": "filed investigating ordered complied escalated_city notified reviewing",
    "after_decision": "decided served enforcing",
    "served_on": "served enforcing closed follow_up",
    "filed_on": "filed investigating ordered complied escalated_city notified reviewing decided served enforcing",
    "handed": "assigned verifying single_unit joint_required filed investigating ordered complied escalated_city "
              "notified reviewing decided served enforcing",
    "open": "reported triaged registered submitted approved assigned verifying single_unit joint_required "
            "filed investigating ordered complied escalated_city notified reviewing decided served enforcing",
    "every": "reported triaged registered submitted approved assigned verifying single_unit joint_required "
             "filed investigating ordered complied escalated_city notified reviewing decided served enforcing "
             "closed follow_up archived not_registered rejected unfounded transferred_out void merged",
}  # fmt: skip

ENDED = [
    "closed",
    "follow_up",
    "archived",
    "not_registered",
    "rejected",
    "unfounded",
    "transferred_out",
    "void",
    "merged",
]

ARROWS = """
# 案件来源: S37–S40; by the two platforms and the office, reviewed by a leader
triage: reported → triaged | office platform | | -D27a
confirm_land: unfiled → = | office platform handling_unit | |
register: triaged → registered | office platform | land_not_collective inside_region |
decline: triaged → not_registered | office platform | | -all
transfer_out: triaged registered approved → transferred_out | office platform | | -all
transfer_out: verifying single_unit joint_required at_work → transferred_out | office platform handling_unit | | -all
submit: registered → submitted | office | land_not_collective | +D27b
approve: submitted → approved | leader | | -D27b +D27c
reject: submitted → rejected | leader | | -all
ask_more: submitted → registered | leader | | -D27b

# 立案查处: S41, S42; of a joint case the group's first lead unit files
hand_over: approved → assigned | office platform | | -D27c +D27d
hand_over: assigned → = | office platform | | -D27d +D27d
withdraw: assigned → approved | office platform | | -D27d +D27c
return_back: assigned verifying → approved | handling_unit | | -D27d +D27c
begin_check: assigned → verifying | handling_unit | | -D27d
find_unfounded: verifying → unfounded | handling_unit | two_certified | -all
handle_alone: verifying → single_unit | handling_unit | two_certified | -D01
require_joint: verifying single_unit → joint_required | handling_unit | two_certified group_known | -D01
require_joint: at_work → = | handling_unit | not_joint two_certified group_known |
file_case: single_unit joint_required → filed | filing_unit | state_land not_disputed violations_named within_limitation two_certified | +D03

# 调查取证: S43–S47; who comes to a site says so, and each unit tells what it saw (S44)
arrive: open → = | anybody | | also-held
contribute: handed → = | unit_at_work | invited_before | also-held
inspect: filed investigating → investigating | handling_unit | two_certified |
inspect: verifying single_unit joint_required ordered complied escalated_city → = | handling_unit | two_certified |
plan_joint: filed investigating ordered escalated_city → = | handling_unit | |
sign_in: at_work → = | unit_at_work | inspection_called invited |
mark_absent: at_work → = | handling_unit | inspection_called |
conclude_joint: filed investigating → investigating | handling_unit | inspection_called two_certified |
conclude_joint: ordered escalated_city → = | handling_unit | inspection_called two_certified |
order_stop: investigating ordered complied → ordered | handling_unit | two_certified |
order_rectify: investigating ordered complied → ordered | handling_unit | two_certified |
recheck_passed: ordered → complied | handling_unit | order_in_force two_certified | -D21 -D22 -D26
recheck_passed: investigating escalated_city notified reviewing after_decision → = | handling_unit | order_in_force two_certified | -D21 -D22 -D26
recheck_failed: investigating ordered escalated_city notified reviewing after_decision → = | handling_unit | order_in_force two_certified | +D21 +D26
recheck_failed: complied → ordered | handling_unit | order_obeyed two_certified | +D21 +D26
continue_investigation: ordered complied → investigating | handling_unit | |
escalate: investigating ordered → escalated_city | office platform handling_unit | order_disobeyed | -D26 +D22
escalate: notified reviewing after_decision → = | office platform handling_unit | order_disobeyed | -D26 +D22
city_stopped: escalated_city → complied | office platform handling_unit | | -D21 -D22 -D26
city_returned: escalated_city → investigating | office platform handling_unit | | -D21 -D22
register_evidence: at_work → = | handling_unit | two_certified | +D05
release_evidence: filed_on → = | handling_unit | evidence_registered | -D05
seal_site: at_work → = | handling_unit | site_not_sealed two_certified | +D18
unseal_site: filed_on → = | handling_unit | site_sealed | -D18
announce_owner: verifying single_unit joint_required at_work → = | handling_unit | | +D23

# 综合处理: S48–S50; 行政处罚法 44, 45, 57, 58, 63, 64
set_outcome: investigating complied escalated_city notified → = | unit_at_work | own_violation |
notify: investigating complied notified → notified | handling_unit | parties_named evidence_held device_evidence_reviewed joint_evidence outcomes_proposed some_penalty two_certified | -D06 -D07 -D08 +D08 +D06 ^D03
hear_defence: notified → = | handling_unit | | -D08
request_hearing: notified → = | handling_unit | hearing_required hearing_open | -D06
waive_hearing: notified → = | handling_unit | hearing_required | -D06 -D07 ^D03
schedule_hearing: notified → = | legal office | hearing_requested not_the_handler | -D07 +D07 ~D03
hold_hearing: notified → = | legal office | hearing_scheduled not_the_handler | -D07 ^D03
submit_review: notified → reviewing | handling_unit | outcomes_proposed as_notified defence_heard hearing_settled | -D06 -D07 -D08 ^D03
submit_review: investigating complied → reviewing | handling_unit | evidence_held device_evidence_reviewed joint_evidence outcomes_proposed no_penalty |
pass_review: reviewing → = | legal | not_the_handler |
return_review: reviewing → investigating | legal leader | not_the_handler |
discuss: reviewing → = | leader | legally_reviewed |
decide: reviewing → decided | leader | outcomes_proposed as_notified hearing_settled legally_reviewed discussed | -D03 +D09 +D10
serve: decided → served | handling_unit | two_certified | -D09 +D12 +D14 +D15 +D16
publish_decision: after_decision closed follow_up → = | office publicity | | -D10
withdraw_publication: open closed follow_up transferred_out void → = | office publicity | published | -D11
annul_decision: after_decision closed follow_up → investigating | leader | | -D09 -D10 -D12 -D14 -D15 -D15b -D16 -D17 -D19 +D03 +D11
pay: served_on → = | office platform handling_unit | fine_open |
record_relief: served_on → = | office legal handling_unit | relief_ended | -D16
record_ruling: served_on → = | office legal handling_unit | relief_pending | -D14 -D15 -D15b +D15b +D16 +D11
withdraw_relief: served_on → = | office legal handling_unit | relief_pending | +D16
begin_enforcement: served → enforcing | handling_unit | decision_stands |
demand: enforcing → = | handling_unit | two_certified | -D17 +D17
apply_to_court: enforcing → = | handling_unit legal | decision_stands relief_run demand_run | -D16
announce_removal: enforcing → = | handling_unit | decision_stands | -D19 +D19
plan_enforcement: enforcing → = | handling_unit | |
close: served enforcing → closed | handling_unit | decision_stands relief_ended fine_settled orders_settled measures_ended | -D12 -D16 -D17 -D19 -D21 -D22 -D26
begin_follow_up: closed → follow_up | supervision | |
follow_up_visit: follow_up → = | supervision | two_certified |
archive: follow_up → archived | office supervision | video_filed follow_up_run decision_stands relief_ended | -all

# 退回、延期、中止、缓办、作废、督办 and what is told beside the procedure
reopen: unfounded rejected not_registered → triaged | office | | +D01
void: unfiled before_decision → void | leader | | -all also-held
suspend: before_decision → = | leader | | ~D01 ~D03
defer: open → = | leader | |
resume: open → = | leader handling_unit | | ^D01 ^D03 held
extend: open → = | leader | clock_extendable |
pause_clock: filed_on → = | handling_unit | clock_pausable |
resume_clock: filed_on → = | handling_unit | clock_paused |
supervise: open → = | urgers | | also-held
reply_supervision: open → = | office platform handling_unit | urged | also-held
assess: open → = | office platform leader supervision handling_unit | |
describe_site: open → = | office platform handling_unit | |
name_party: open → = | office platform handling_unit | |
amend_party: open → = | office platform handling_unit | parties_named |
name_violation: unfiled at_work → = | office platform handling_unit | |
name_handlers: filed_on → = | handling_unit | |
record_violence: handed → = | handling_unit | |
file_video: handed closed follow_up → = | office platform handling_unit | violence_recorded |
dispute_jurisdiction: disputable → = | office platform handling_unit | not_disputed | +D02
settle_jurisdiction: unfiled → = | office leader | disputed | -D02
remark: every → = | anybody | | also-held
merge: unfiled → merged | office platform | | -all
unmerge: merged → back | office platform | |
"""


def _line(text):
    verb, rest = text.split(":", 1)
    way, who, needs, clocks = rest.split("|")
    origins, to = (part.strip() for part in way.split("→"))
    marks = clocks.split()
    of = {sign: tuple(mark[1:] for mark in marks if mark[0] == sign) for sign in "+-~^"}
    told = {
        "verb": verb.strip(), "to": to, "who": tuple(who.split()), "needs": tuple(needs.split()), "starts": of["+"],
        "stops": of["-"], "pauses": of["~"], "resumes": of["^"], "held": "held" in marks,
        "while_held": "also-held" in marks,
    }  # fmt: skip
    names = [state for name in origins.split() for state in SETS.get(name, name).split()]
    return {(verb.strip(), origin): told for origin in names}


def expected() -> dict[tuple[str, str], dict]:
    """(verb, state) → what the arrow is. A verb that stood twice for one state would be a slip of the table."""
    found = {}
    for line in ARROWS.splitlines():
        if line and not line.startswith("#"):
            arrows = _line(line)
            assert not found.keys() & arrows, line
            found |= arrows
    return found
