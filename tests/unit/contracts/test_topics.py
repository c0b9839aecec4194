import re

from shared.contracts import topics
from shared.contracts.departments import department_name, department_slugs, departments
from shared.contracts.registry import CONTRACTS


def test_every_directorate_has_both_its_topics_and_the_router_a_place_for_their_dead_letters() -> None:
    names = {t.name for t in topics.all_topics()}
    for slug in department_slugs():
        assert {topics.routed_topic(slug), topics.commands_topic(slug)} <= names
        assert topics.dead_letter_topic("router", topics.commands_topic(slug)) in names


def test_no_topic_is_declared_twice() -> None:
    names = [t.name for t in topics.all_topics()]
    assert len(names) == len(set(names))


def test_the_pattern_for_commands_takes_every_commands_topic_and_no_dead_letters() -> None:
    taken = {t.name for t in topics.all_topics() if re.match(topics.COMMANDS_PATTERN, t.name)}
    assert taken == {topics.commands_topic(sender) for sender in (*department_slugs(), topics.APPLICANTS)}


def test_a_commands_topic_says_who_may_write_to_it() -> None:
    assert all(topics.sender_of(topics.commands_topic(slug)) == slug for slug in department_slugs())
    assert topics.APPLICANTS not in department_slugs()


def test_every_contract_travels_on_a_declared_topic_and_every_declared_event_has_a_contract() -> None:
    declared = {event for topic in topics.declarations() for event in topic.events}
    assert {ce_type.removeprefix("tr.bel.beyoglu.") for ce_type in CONTRACTS} - declared == {
        "request.routed.v1"
    } - declared
    assert declared <= {ce_type.removeprefix("tr.bel.beyoglu.") for ce_type in CONTRACTS}


def test_a_dead_letter_topic_takes_a_largest_record_and_its_cause() -> None:
    dead = [t for t in topics.all_topics() if t.name.startswith("dlq.")]
    assert dead
    assert all(int(t.config["max.message.bytes"]) > 1024 * 1024 + 4096 for t in dead)


def test_routed_topics_are_compacted_and_facts_are_kept_by_time() -> None:
    policies = {t.name: t.config["cleanup.policy"] for t in topics.all_topics()}
    assert policies[topics.routed_topic("temizlik")] == "compact"
    assert policies[topics.LIFECYCLE] == "delete"


def test_rows_of_one_directorate_do_not_overlap_in_time() -> None:
    for slug in department_slugs():
        rows = sorted((d for d in departments() if d.slug == slug), key=lambda d: d.valid_from)
        ends = [d.valid_to for d in rows[:-1]]
        assert all(end is not None for end in ends)
    assert department_name("temizlik") == "Temizlik İşleri Müdürlüğü"
