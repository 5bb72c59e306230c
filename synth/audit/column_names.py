"""What kind of personal content a column's name speaks of, in the larger languages.

Words are matched whole and without accents. A *flag, count or property* of something personal
(``email_sent``, ``phone_type``, ``username_length``) is not personal itself. Words that mean other
things as well (``mobile``, ``address``, ``ip``) count only beside nothing but words that say whose.
"""

from __future__ import annotations

from synth.table.name_words import folded, name_words

# English, German, French, Spanish, Italian, Portuguese, Dutch, Polish, romanised Japanese and
# Hindi. Words that are joined by "_" follow each other.
_KINDS = {
    "e-mail address": "email e_mail email_address mail_address mailadresse emailadresse courriel "
    "correo correo_electronico posta_elettronica e_post emailadres adres_email eposta "
    "correio_eletronico",
    "telephone number": "phone telephone phonenumber phone_number cellphone cell_phone "
    "mobile_number mobile_phone mobilephone tel_no tel_nr telno telnr msisdn fax faxnumber "
    "whatsapp_number telefon telefonnummer rufnummer handynummer mobilnummer mobiltelefon "
    "festnetz telefono telefone telemovel numero_de_telephone numero_telephone numero_telefono "
    "telefoon telefoonnummer mobielnummer komorka numer_telefonu denwa denwa_bango denwabango "
    "keitai",
    "IBAN": "iban",
    "bank account number": "bank_account bank_account_number kontonummer "
    "bankkonto kontonr numero_de_cuenta numero_cuenta numero_de_compte numero_compte "
    "conto_corrente numero_conto numero_da_conta conta_corrente rekeningnummer numer_konta "
    "numer_rachunku koza_bango",
    "payment card number": "card_number cardnumber credit_card creditcard credit_card_number "
    "creditcardnumber debit_card debit_card_number ccnum cc_num cc_number ccnumber kreditkarte "
    "kreditkartennummer kartennummer carte_bancaire carte_de_credit numero_de_carte "
    "tarjeta_de_credito numero_de_tarjeta numero_tarjeta carta_di_credito numero_carta "
    "cartao_de_credito numero_do_cartao creditcardnummer numer_karty karta_kredytowa",
    "US social security number": "ssn social_security social_security_number social_security_no "
    "socialsecuritynumber",
    "UK national insurance number": "nino national_insurance national_insurance_number",
    "German tax number": "steuer_id steuerid steuernummer steueridentifikationsnummer "
    "steuer_identifikationsnummer steuer_nr idnr",
    "French social security number": "numero_de_securite_sociale numero_securite_sociale "
    "securite_sociale numero_secu num_secu",
    "Spanish NIF or NIE": "dni nif nif_nie dni_nie",
    "Italian codice fiscale": "codice_fiscale codicefiscale cod_fiscale codfiscale",
    "Dutch BSN": "bsn burgerservicenummer sofinummer",
    "Polish PESEL": "pesel",
    "Swedish personnummer": "personnummer",
    "Brazilian CPF": "cpf",
    "Indian Aadhaar number": "aadhaar aadhar aadhaar_number",
    "Indian PAN": "pan_number pan_card",
    "Canadian SIN": "social_insurance_number",
    "Australian tax file number": "tfn tax_file_number",
    "national identifier": "national_id nationalid national_identifier national_identity "
    "citizen_id tax_id taxid tax_number taxpayer_id personal_id_number identity_number "
    "sozialversicherungsnummer personenkennzahl curp my_number mynumber hukou",
    "passport number": "passport passport_number passportnumber passport_no reisepass "
    "reisepassnummer passnummer passeport numero_de_passeport pasaporte passaporto passaporte "
    "paspoort paspoortnummer paszport numer_paszportu ryoken",
    "identity document number": "driver_license driver_licence drivers_license drivers_licence "
    "driving_license driving_licence id_card identity_card personalausweis ausweisnummer "
    "fuhrerschein fuehrerschein permis_de_conduire carte_d_identite permiso_de_conducir "
    "carta_d_identita patente_di_guida carteira_de_motorista carteira_de_identidade rijbewijs "
    "dowod_osobisty prawo_jazdy",
    "medical record number": "mrn medical_record medical_record_number patient_record_number "
    "nhs_number versichertennummer krankenversicherungsnummer",
    "date of birth": "birth_date birthdate date_of_birth dob birthday birth_day birth_month "
    "birth_year birthyear year_of_birth month_of_birth day_of_birth geburtsdatum geburtstag "
    "geburtsjahr geb_datum date_de_naissance date_naissance annee_de_naissance annee_naissance "
    "fecha_de_nacimiento fecha_nacimiento ano_de_nacimiento data_di_nascita data_nascita "
    "anno_di_nascita data_de_nascimento data_nascimento ano_de_nascimento geboortedatum "
    "geboortejaar data_urodzenia rok_urodzenia seinengappi tanjobi janm_tithi janmatithi",
    "first name": "first_name firstname given_name givenname forename middle_name middlename "
    "name_first name_given vorname rufname prenom primer_nombre nombre_de_pila nome_di_battesimo "
    "primeiro_nome voornaam imie pratham_naam",
    "last name": "last_name lastname surname family_name familyname name_last maiden_name "
    "nachname familienname zuname geburtsname nom_de_famille nom_famille apellido apellidos "
    "cognome sobrenome apelido achternaam nazwisko myoji upnaam",
    "name of a person": "full_name fullname person_name nombre_completo nome_completo nom_complet "
    "nom_prenom nombre_y_apellidos imie_i_nazwisko volledige_naam shimei card_holder cardholder "
    "vor_und_nachname cognome_e_nome",
    "user name": "user_name username benutzername anmeldename screen_name nickname nick_name "
    "nom_d_utilisateur nombre_de_usuario nome_utente nome_de_usuario gebruikersnaam "
    "nazwa_uzytkownika",
    "password": "password passwd passwort kennwort mot_de_passe contrasena senha wachtwoord haslo "
    "secret_key api_key private_key access_token",
    "postal address": "street street_address streetaddress address_line home_address "
    "postal_address mailing_address billing_address shipping_address delivery_address "
    "residential_address strasse anschrift wohnadresse adresse_postale adresse_du_domicile "
    "domicilio direccion_postal calle indirizzo_di_residenza endereco logradouro straat "
    "straatnaam huisadres ulica adres_zamieszkania jusho",
    "IP address": "ip_address ipaddress ip_addr ipaddr ipv4 ipv6 ip_adresse adresse_ip "
    "direccion_ip indirizzo_ip endereco_ip",
    "MAC address": "mac_address macaddress mac_addr macaddr mac_adresse",
    "device identifier": "imei imsi idfa gaid advertising_id device_serial device_fingerprint",
    "vehicle number": "vin vehicle_identification_number license_plate licence_plate licenseplate "
    "number_plate plate_number kennzeichen kfz_kennzeichen fahrgestellnummer fin_nummer "
    "plaque_immatriculation immatriculation numero_de_matricula kenteken numer_rejestracyjny",
    "geographic coordinates": "latitude longitude lat_long lat_lon latlong latlon lat_lng latlng "
    "geo_location geolocation gps gps_coordinates coordinates breitengrad langengrad laengengrad "
    "latitud latitudine longitudine breedtegraad lengtegraad szerokosc_geograficzna "
    "dlugosc_geograficzna",
}
# Words of these kinds that mean other things as well.
_WEAK = {
    "e-mail address": "mail",
    "telephone number": "mobile cell tel handy portable whatsapp movil celular cellulare mobiel",
    "postal address": "address addr adresse rue direccion indirizzo rua adres pata",
    "IP address": "ip",
    "national identifier": "nir sin ahv cnp",
    "Spanish NIF or NIE": "nie",
    "geographic coordinates": "lat lon lng long",
}


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


# What may stand beside a weak word: whose it is, of what use, which of several.
_BESIDE = _words(
    "home work office private business personal primary secondary main other alternate current "
    "previous customer client user member patient employee student contact person guest owner "
    "sender recipient billing shipping mailing delivery postal residential permanent emergency "
    "number no nr nummer numero num full 1 2 3 4 the of source src dest dst remote host server "
    "login last first origin destination pickup dropoff start end geo x y kunde kunden privat "
    "geschaft geschaeftlich domicile cliente trabajo casa klant v 6 address adresse addr street "
    "email mail kontakt customers users"
)
# Beside one of these a name is that of a person.
_PERSONS = _words(
    "customer client patient employee person member student teacher doctor physician passenger "
    "guest tenant contact holder owner applicant borrower insured beneficiary player driver "
    "parent mother father spouse child sender recipient candidate citizen subscriber author "
    "manager kunde kunden kundin mitarbeiter patienten versicherter ansprechpartner salarie "
    "cliente empleado paciente paziente dipendente funcionario klant medewerker pracownik klienta "
    "pacjenta kokyaku graahak"
)
_NAME = _words("name naam nom nombre nome nazwa")
# A column whose name has one of these holds a flag, count, time, key or property of the rest.
_PROPERTIES = _words(
    "is has have count counts cnt sent send opened clicked bounced click clicks open opens "
    "verified verification valid validated validation invalid confirmed confirmation flag ind "
    "indicator opt optin optout subscribed subscription consent allowed enabled disabled "
    "available missing present known change changed changes match matched matches length len size "
    "type kind category class classes group code area country prefix domain provider carrier "
    "format lang language template subject body text content campaign rate ratio share percent "
    "pct score rank index idx key fk sk pk id ids date time at on timestamp ts created updated "
    "days hour hours minutes seconds duration call calls usage plan cost price fee revenue amount "
    "brand model os app version session sessions visits service services lines quality status "
    "state city town zip postcode reason method channel preference preferred support "
    "discount expiry expires expiration issued issuer limit balance bank total avg mean max min "
    "sum std width height distance delta error accuracy precision strength policy reset "
    "attempts anzahl lange laenge typ art datum zeit gesendet vorhanden bestatigt bestaetigt "
    "gultig gueltig nb longueur envoye envoi cantidad tipo longitud enviado conteggio inviato "
    "quantidade aantal lengte soort verzonden liczba dlugosc wyslano weather segment"
)


def _phrases(table: dict[str, str]) -> dict[tuple[str, ...], str]:
    return {
        tuple(folded(word) for word in phrase.split("_")): kind
        for kind, phrases in table.items()
        for phrase in phrases.split()
    }


_STRONG_PHRASES, _WEAK_PHRASES = _phrases(_KINDS), _phrases(_WEAK)
_LONGEST = max(map(len, _STRONG_PHRASES))


def named_for(name: str) -> str | None:
    """The kind of personal content that a column's name speaks of; None for none.

    >>> named_for("customerEmail"), named_for("email_sent"), named_for("Straße")
    ('e-mail address', None, 'postal address')
    >>> named_for("patient_name"), named_for("product_name")
    ('name of a person', None)
    """
    words = name_words(name)
    for length in range(min(_LONGEST, len(words)), 0, -1):
        for start in range(len(words) - length + 1):
            phrase = words[start : start + length]
            rest = {*words[:start], *words[start + length :]}
            if phrase in _STRONG_PHRASES and not rest & _PROPERTIES and not _counts(words, start):
                return _STRONG_PHRASES[phrase]
            if phrase in _WEAK_PHRASES and rest <= _BESIDE:
                return _WEAK_PHRASES[phrase]
    if set(words) & _NAME and set(words) & _PERSONS and not set(words) & _PROPERTIES:
        return "name of a person"
    return None


def _counts(words: tuple[str, ...], start: int) -> bool:
    """Whether what stands before the phrase counts it: ``num_street``, ``number_of_phone``."""
    return bool({"num", "n", "nr", "of", "per", "by"} & set(words[:start][-1:]))
