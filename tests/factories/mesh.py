"""MeSH descriptors in the shape of the National Library of Medicine's file; the records are made up."""

HEAD = """<?xml version="1.0"?>
<!DOCTYPE DescriptorRecordSet SYSTEM "https://www.nlm.nih.gov/databases/dtd/nlmdescriptorrecordset_20260101.dtd">
<DescriptorRecordSet LanguageCode = "eng">"""
FOOT = "</DescriptorRecordSet>"


def record(code: str, name: str, *trees: str, also: tuple[str, ...] = ()) -> str:
    terms = "".join(f"<Term><TermUI>T</TermUI><String>{one}</String></Term>" for one in (name, *also))
    numbers = "".join(f"<TreeNumber>{tree}</TreeNumber>" for tree in trees)
    return f"""<DescriptorRecord DescriptorClass = "1"><DescriptorUI>{code}</DescriptorUI>
<DescriptorName><String>{name}</String></DescriptorName>
<AllowableQualifiersList><AllowableQualifier><QualifierReferredTo><QualifierUI>Q1</QualifierUI><QualifierName>
<String>genetics</String></QualifierName></QualifierReferredTo></AllowableQualifier></AllowableQualifiersList>
<TreeNumberList>{numbers}</TreeNumberList><ConceptList><Concept><ConceptName><String>{name}</String></ConceptName>
<TermList>{terms}</TermList></Concept></ConceptList></DescriptorRecord>"""


RECORDS = "".join(
    [
        record("D1", "Made-up Disease", "C15.1", "C23.888.2", also=("Invented; Disease", "Made-up Disease")),
        record("D2", "Made-up Worry", "F03.100"),
        record("D3", "Made-up Chemical", "D03.1"),
        record("D4", "Internal Things", "H02.403.429"),
        record("D5", "Blood Things", "H02.403.429.400", "H02.403.900", also=("Study of Blood",)),
        record("D6", "Medicine", "H02.403"),
    ]
)
