"""The corpus is checked line by line, and two messages that say the same are found."""

from pathlib import Path

import pytest

from services.router.knowledge.corpus import Message, load_messages, topics_as_messages, write_messages
from services.router.knowledge.files import KnowledgeError
from services.router.knowledge.loader import load_knowledge
from services.router.knowledge.statistics import lengths, shared_runs

HEAD = "code,body,priority,channel,style,text\n"


def messages(folder: Path, *lines: str) -> tuple[Message, ...]:
    (folder / "some.csv").write_text(HEAD + "".join(f"{line}\n" for line in lines), encoding="utf-8")
    return load_messages(folder, load_knowledge())


def test_one_matter_two_matters_and_none(tmp_path: Path) -> None:
    one, two, none = messages(
        tmp_path,
        "TEM-TOP,temizlik,urgent,web,plain,çöp alınmadı",
        'TEM-TOP+FEN-YOL,temizlik+fen,urgent,call,two_subjects,"çöp var, çukur da var"',
        ",,normal,web,short,bir bakın",
    )
    assert one.labels == (("TEM-TOP", "temizlik"),)
    assert two.labels == (("TEM-TOP", "temizlik"), ("FEN-YOL", "fen"))
    assert none.labels == ()


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("TEM-TOP,fen,urgent,web,plain,çöp", "some.csv:2: body: matters of TEM-TOP do not go to fen"),
        ("TEM-TOP+FEN-YOL,temizlik,urgent,web,plain,çöp", "some.csv:2: body: as many bodies as codes"),
        ("TEM-TOP,temizlik,soon,web,plain,çöp", "some.csv:2: priority"),
        ("TEM-TOP,temizlik,urgent,fax,plain,çöp", "some.csv:2: channel"),
        ("TEM-TOP,temizlik,urgent,web,funny,çöp", "some.csv:2: style"),
        ("TEM-TOP,temizlik,urgent,web,plain,", "some.csv:2: text"),
    ],
)
def test_a_mistake_is_named_where_it_stands(tmp_path: Path, line: str, says: str) -> None:
    with pytest.raises(KnowledgeError, match=says):
        messages(tmp_path, line)


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "out").mkdir()
    found = messages(
        tmp_path / "in",
        'TEM-TOP+FEN-YOL,temizlik+fen,urgent,call,two_subjects,"çöp ""her yerde"",',
        'çukur da var"',
        ",,normal,web,short,bir bakın",
    )
    with (tmp_path / "out" / "some.csv").open("w", encoding="utf-8", newline="") as file:
        write_messages(found, file)
    assert load_messages(tmp_path / "out", load_knowledge()) == found


def test_six_words_in_a_row_are_too_many_whatever_the_letters(tmp_path: Path) -> None:
    found = messages(
        tmp_path,
        "TEM-TOP,temizlik,urgent,web,plain,bizim sokakta üç gündür çöp alınmıyor artık",
        "TEM-TOP,temizlik,urgent,web,ascii,DUN DE BIZIM SOKAKTA UC GUNDUR COP ALINMIYOR",
        "TEM-TOP,temizlik,urgent,web,plain,bizim sokakta üç gündür kimse yok",
    )
    assert [run for _, _, run in shared_runs(found)] == ["bizim sokakta uc gundur cop alinmiyor"]
    assert dict(lengths(found))["4–7"] == 2


def test_every_topic_of_the_catalogue_is_a_message() -> None:
    assert len(topics_as_messages(load_knowledge())) == len(load_knowledge().examples)
