"""Requests that no browser of a buyer sends: they are refused, and nothing breaks."""

from io import BytesIO


def test_a_file_sent_in_the_place_of_words_leaves_the_answer_out(client):
    for path, fields in (
        ("/sign-in", ("email", "password")),
        ("/register", ("name", "phone", "email", "password", "siret", "organisation")),
    ):
        for field in fields:
            answer = client.post(path, data={field: (BytesIO(b"words"), "words.txt")})
            assert answer.status_code == 422, (path, field)


def test_json_is_no_answer_to_a_form(client):
    for sent in ({"email": 1, "password": [2]}, [1], 5):
        assert client.post("/sign-in", json=sent).status_code == 422
