"""Domains of providers that give an e-mail address to anybody: they say nothing of the person.

Free mailboxes, those of French access providers (many small town halls have one), forwarding
services and disposable addresses; and the domains that very many bodies share. Pure.

Written for this shop, state of November 2026; docs/DECISIONS.md says why, and when to review it.
"""

_ACCESS_PROVIDERS = """
9online.fr 9business.fr aliceadsl.fr alice.fr aliceaol.fr bbox.fr cegetel.net club-internet.fr
dartybox.com estvideo.fr evc.net evhr.net free.fr freesbee.fr freesurf.fr gmx.fr guideo.fr
hotmail.fr ifrance.com infonie.fr laposte.net libertysurf.fr modulonet.fr mediaserv.net neuf.fr
nordnet.fr noos.fr numericable.com numericable.fr only.fr orange.fr oreka.fr red-by-sfr.fr sfr.fr
sosh.fr tele2.fr tiscali.fr vialis.net vianet.fr voila.fr wanadoo.fr worldonline.fr izi.bz
"""
_FREE_MAILBOXES = """
aim.com aol.com aol.fr att.net btinternet.com caramail.com caramail.fr comcast.net duck.com
email.com fastmail.com fastmail.fm francite.com freenet.de gmail.com gmail.fr gmx.at gmx.ch gmx.com
gmx.de gmx.net gmx.us googlemail.com hey.com hotmail.be hotmail.ca hotmail.ch hotmail.co.uk
hotmail.com hotmail.de hotmail.es hotmail.it hushmail.com icloud.com inbox.com inbox.lv
infomaniak.com ik.me keemail.me lavabit.com libero.it live.be live.ca live.co.uk live.com live.fr
live.nl lycos.com lycos.fr mac.com mail.be mail.com mail.fr mail.ru mailfence.com mailo.com mailo.fr
mailoo.org me.com msn.com murena.io net-c.com net-c.fr netcourrier.com netcourrier.fr outlook.be
outlook.com outlook.de outlook.es outlook.fr outlook.it passmail.net passport.com pm.me posteo.de
posteo.net proton.me protonmail.ch protonmail.com qq.com rediffmail.com riseup.net rocketmail.com
runbox.com simplelogin.com skynet.be startmail.com sympatico.ca t-online.de telenet.be tuta.com
tuta.io tutamail.com tutanota.com tutanota.de vfemail.net virgilio.it vivaldi.net wanadoo.com web.de
windowslive.com yahoo.ca yahoo.co.uk yahoo.com yahoo.de yahoo.es yahoo.fr yahoo.it yandex.com
yandex.ru ymail.com zaclys.net zoho.com zoho.eu zohomail.com zohomail.eu 163.com 126.com
"""
_DISPOSABLE = """
10minutemail.com 33mail.com anonaddy.com anonaddy.me addy.io burnermail.io byom.de cool.fr.nf
courriel.fr.nf discard.email dispostable.com dropmail.me emailondeck.com fakeinbox.com
fakemail.net filzmail.com getairmail.com getnada.com guerrillamail.com guerrillamail.info
guerrillamail.net guerrillamail.org harakirimail.com incognitomail.com inboxkitten.com jetable.com
jetable.fr.nf jetable.net jetable.org kasmail.com mail-temp.com mail-temporaire.com
mail-temporaire.fr mail.tm mailcatch.com maildrop.cc mailinator.com mailnesia.com mailnull.com
mintemail.com moakt.com mohmal.com mytemp.email mytrashmail.com nada.email no-log.org nomail.fr
nospam.ze.tc sharklasers.com simplelogin.io spam4.me spambog.com spambox.us spamex.com
spamgourmet.com temp-mail.io temp-mail.org tempail.com tempmail.com tempmail.net tempr.email
throwawaymail.com tmail.com trash-mail.com trashmail.com trashmail.fr trashmail.net trbvm.com
wegwerfmail.de yopmail.com yopmail.fr yopmail.net
"""
#: Below these names many bodies have their addresses: none of them owns the domain.
_SHARED = """
asso.fr com.fr gouv.fr nom.fr prd.fr tm.fr co.uk eu.org fr.nf
education.gouv.fr
"""

FREE_MAIL = frozenset(" ".join((_ACCESS_PROVIDERS, _FREE_MAILBOXES, _DISPOSABLE)).split())
SHARED = frozenset(_SHARED.split())
