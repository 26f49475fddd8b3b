"""Items of QTI 2.1 and 3.0 as other programs write them; and what of QTI is not guessed at."""

import pytest

from openrounds.portability.questions.columns import Unclear
from openrounds.portability.questions.qti_items import parsed, question_of
from openrounds.portability.questions.question import Choice, Picture, Question, Unreadable, refusal

OLD = """<?xml version="1.0" encoding="UTF-8"?>
<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="rash-1" title="A rash"
    adaptive="false" timeDependent="false">
  <responseDeclaration identifier="RESPONSE" cardinality="single" baseType="identifier">
    <correctResponse><value>mening</value></correctResponse>
  </responseDeclaration>
  <outcomeDeclaration identifier="FEEDBACK" cardinality="single" baseType="identifier"/>
  <itemBody>
    <h2>Seen at night</h2>
    <p>A child of four with <b>fever</b> and this rash:</p>
    <p><img src="pictures/rash.jpg" alt="Purple spots that a glass does not blanch"/></p>
    <rubricBlock view="scorer"><p>The answer is meningococcal disease.</p></rubricBlock>
    <choiceInteraction responseIdentifier="RESPONSE" shuffle="true" maxChoices="1">
      <prompt>What is given <em>at once</em>?</prompt>
      <simpleChoice identifier="para">Paracetamol</simpleChoice>
      <simpleChoice identifier="mening">Ceftriaxone<feedbackInline outcomeIdentifier="FEEDBACK" identifier="mening"
        showHide="show">Every hour counts.<br/>Before the scan.</feedbackInline></simpleChoice>
    </choiceInteraction>
  </itemBody>
  <modalFeedback outcomeIdentifier="FEEDBACK" identifier="para" showHide="show"><p>It hides the fever.</p></modalFeedback>
</assessmentItem>"""

NEW = """<?xml version="1.0" encoding="UTF-8"?>
<qti-assessment-item xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0" identifier="cells" title="Granulocytes"
    adaptive="false" time-dependent="false" xml:lang="en">
  <qti-response-declaration identifier="R1" cardinality="multiple" base-type="identifier">
    <qti-mapping default-value="0">
      <qti-map-entry map-key="A" mapped-value="1"/>
      <qti-map-entry map-key="B" mapped-value="-1"/>
      <qti-map-entry map-key="C" mapped-value="0.5"/>
    </qti-mapping>
  </qti-response-declaration>
  <qti-item-body>
    <div><p>Look at the film.</p><p>Which of these are granulocytes?</p></div>
    <qti-choice-interaction response-identifier="R1" max-choices="0">
      <qti-simple-choice identifier="A">Neutrophils</qti-simple-choice>
      <qti-simple-choice identifier="B">Monocytes</qti-simple-choice>
      <qti-simple-choice identifier="C">Basophils</qti-simple-choice>
    </qti-choice-interaction>
    <p>Choose all that are.</p>
  </qti-item-body>
</qti-assessment-item>"""


def read(text: str) -> Question:
    return question_of(parsed(text.encode()))


def test_item_of_2_1_is_read_with_what_is_said_of_each_option() -> None:
    assert read(OLD) == Question(
        key="rash-1",
        title="A rash",
        text="## Seen at night\n\nA child of four with **fever** and this rash:",
        prompt="What is given at once?",
        choices=(
            Choice("Paracetamol", False, "It hides the fever."),
            Choice("Ceftriaxone", True, "Every hour counts.\nBefore the scan."),
        ),
        pictures=(Picture("pictures/rash.jpg", "Purple spots that a glass does not blanch"),),
        notes=("Notes for examiners are left out",),
    )


def test_item_of_3_0_without_prompt_or_key_asks_in_the_paragraph_before_and_scores_by_points() -> None:
    assert read(NEW) == Question(
        key="cells",
        title="Granulocytes",
        text="Look at the film.\n\nChoose all that are.",
        prompt="Which of these are granulocytes?",
        multiple=True,
        choices=(Choice("Neutrophils", True), Choice("Monocytes"), Choice("Basophils", True)),
    )


def test_what_is_for_examiners_or_for_afterwards_is_in_no_text() -> None:
    question = read(OLD)
    assert "meningococcal" not in question.text
    assert "counts" not in question.text + question.choices[1].title


def test_script_in_an_item_is_dropped() -> None:
    found = read(
        NEW.replace("Look at the film.", "Look<script>alert(1)</script> <a href='javascript:x()'>here</a>.")
    )
    assert "alert" not in found.text
    assert "javascript" not in found.text


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (("choiceInteraction", "orderInteraction"), "Its kind of interaction is not read: orderInteraction"),
        (("<prompt>", "<prompt><math><mi>x</mi></math>"), "It holds what cannot be shown here: math"),
        ((">Paracetamol", "><img src='a.png' alt=''/>"), "A picture is among its options"),
        (('adaptive="false"', 'adaptive="true"'), "It is made anew for everybody who answers"),
        (("responseDeclaration", "outcomeDeclaration"), "It does not say which option is right"),
        (("itemBody", "other"), "There is no question in it"),
        (("assessmentItem", "questestinterop"), "QTI 1.2 is not read, only 2.1, 2.2 and 3.0"),
        (("assessmentItem", "assessmentTest"), "A test is not taken, only its items"),
        (("assessmentItem", "html"), "It is no QTI item: html"),
    ],
    ids=lambda value: value[1][:20] if isinstance(value, tuple) else "",
)
def test_what_cannot_be_read_is_not_guessed(change: tuple[str, str], why: str) -> None:
    with pytest.raises(Unclear) as found:
        read(OLD.replace(*change))
    assert str(found.value) == why


def test_item_that_says_nothing_is_right_is_refused_later() -> None:
    found = read(OLD.replace("<value>mening</value>", ""))
    assert refusal(found) == "Say which option is right"


def test_two_interactions_are_two_questions() -> None:
    body = OLD[OLD.index("<choiceInteraction") : OLD.index("</itemBody>")]
    with pytest.raises(Unclear, match="several questions"):
        read(OLD.replace("</itemBody>", f"{body}</itemBody>"))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("<assessmentItem><itemBody></assessmentItem>", "Line 1 is no well-formed XML"),
        ('<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', "Document types and entities"),
        ('<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "Document types and entities"),
        ("<a>" * 101 + "</a>" * 101, "nested too deeply"),
        ("<a>" + "<b/>" * 20_001 + "</a>", "or too many"),
        ('<?xml version="1.0" encoding="klingon"?><a/>', "encoding"),
    ],
    ids=["broken", "entities", "external", "deep", "many", "encoding"],
)
def test_xml_that_is_broken_or_hostile_is_refused(text: str, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        parsed(text.encode())
