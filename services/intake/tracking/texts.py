"""Sentences on what an applicant may do with a request."""

from typing import Final

from shared.web.formats import Lang

ACT_TEXTS: Final[dict[Lang, dict[str, str]]] = {
    "tr": {
        "state_withdrawn": "Başvurunuzu geri çektiniz.",
        "state_reopened": "Sorunun çözülmediğini bildirdiniz. {holder} yeniden bakacak.",
        "moment_objected": "Otomatik karara itiraz ettiniz",
        "moment_withdrawn": "Başvurunuzu geri çektiniz",
        "moment_confirmed": "Sorunun çözüldüğünü bildirdiniz",
        "moment_reopened": "Sorunun çözülmediğini bildirdiniz",
        "dates_withdrawn": "Başvurunuzu geri çektiniz; süre işlemiyor.",
        "solved_title": "Sorun çözüldü mü?",
        "solved_until": "Çözülmediyse bildirin, yeniden bakalım. Bunun için son gün: {day}",
        "solved_yes": "Evet, çözüldü",
        "solved_no": "Hayır, çözülmedi",
        "more": "Başka",
        "withdraw": "Başvurumu geri çek",
        "withdraw_title": "Başvurunuzu geri çekiyor musunuz?",
        "withdraw_text": "Geri çekerseniz yanıt vermeyiz ve süreler durur. Bu geri alınamaz. "
        "İsterseniz yeni bir başvuru yapabilirsiniz.",
        "withdraw_do": "Evet, geri çek",
        "reopen_title": "Sorun çözülmedi mi?",
        "reopen_text": "Yanıt veren birim yeniden bakar. Süre kaldığı yerden işler; yasal son gün değişmez.",
        "reopen_why": "Çözülmeyen ne?",
        "reopen_do": "Çözülmedi, yeniden bakın",
        "object": "Otomatik karara itiraz et",
        "object_title": "Otomatik karara itiraz",
        "object_text": "Başvurunuzun nereye gideceğine bir bilgisayar programı karar verdi. "
        "İtiraz ederseniz bir görevlimiz yeniden karar verir (6698 sayılı Kanun, madde 11: "
        "kişisel verilerle yapılan otomatik değerlendirmeye itiraz hakkı).",
        "object_why": "İtirazınızın nedeni",
        "object_do": "İtiraz et",
        "act_back": "Vazgeç, başvuruma dön",
        "sent_withdraw": "Geri çekme isteğinizi aldık. Birazdan bu sayfada görürsünüz.",
        "sent_confirm": "Sorunun çözüldüğünü kaydettik. Teşekkür ederiz.",
        "sent_reopen": "Sorunun çözülmediğini öğrendik. Birazdan yeniden açarız.",
        "sent_object": "İtirazınızı aldık. Bir görevlimiz bakacak.",
        "overtaken_withdraw": "Geri çekme isteğiniz bize sonuçtan sonra ulaştı; başvurunuz geri çekilmedi.",
        "overtaken_object": "İtirazınız bize çalışma başladıktan sonra ulaştı. Müdürlük başvurunuza bakıyor.",
        "act_late": "Bu arada başvurunuz ilerledi, bunu artık yapamazsınız. Son durumu aşağıda.",
    },
    "en": {
        "state_withdrawn": "You have withdrawn your request.",
        "state_reopened": "You told us that it is not solved. {holder} will look at it again.",
        "moment_objected": "You objected to the automatic decision",
        "moment_withdrawn": "You withdrew your request",
        "moment_confirmed": "You told us that it is solved",
        "moment_reopened": "You told us that it is not solved",
        "dates_withdrawn": "You have withdrawn your request; no period runs.",
        "solved_title": "Is the problem solved?",
        "solved_until": "If it is not, tell us and we look again. Last day for this: {day}",
        "solved_yes": "Yes, it is solved",
        "solved_no": "No, it is not",
        "more": "More",
        "withdraw": "Withdraw my request",
        "withdraw_title": "Do you withdraw your request?",
        "withdraw_text": "If you do, we give no answer and the periods stop. This cannot be undone. "
        "You can make a new request if you wish.",
        "withdraw_do": "Yes, withdraw it",
        "reopen_title": "Is the problem not solved?",
        "reopen_text": "The unit that answered looks again. The period goes on where it stopped; "
        "the last day by law stays the same.",
        "reopen_why": "What is not solved?",
        "reopen_do": "Not solved, look again",
        "object": "Object to the automatic decision",
        "object_title": "Objection to an automatic decision",
        "object_text": "A computer program decided where your request goes. If you object, a member of "
        "our staff decides again (law 6698, article 11: the right to object to automatic analysis of "
        "personal data).",
        "object_why": "Why you object",
        "object_do": "Object",
        "act_back": "Back to my request",
        "sent_withdraw": "We have your withdrawal. You will see it here in a moment.",
        "sent_confirm": "We have noted that the problem is solved. Thank you.",
        "sent_reopen": "We have noted that it is not solved. We open your request again in a moment.",
        "sent_object": "We have your objection. A member of our staff will look at it.",
        "overtaken_withdraw": "Your withdrawal reached us after the outcome; your request was not withdrawn.",
        "overtaken_object": "Your objection reached us after work had begun. The directorate is at it.",
        "act_late": "Your request has moved on; you cannot do this any more. See below where it stands.",
    },
}
