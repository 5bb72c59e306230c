"""The most common first names of the larger languages, in small letters without accents.

Names of births and of residents as the statistical offices of these countries list them; those that
are common words elsewhere (May, Will, Grace, Summer, Art) are left out.
"""

from __future__ import annotations

_BY_LANGUAGE = {
    "English": "james john robert michael william david richard joseph thomas charles christopher "
    "daniel matthew anthony donald steven paul andrew joshua kenneth kevin brian george timothy "
    "ronald jason edward jeffrey ryan jacob gary nicholas eric jonathan stephen larry justin "
    "scott brandon benjamin samuel gregory alexander patrick jack dennis jerry tyler aaron henry "
    "douglas peter adam zachary nathan walter kyle harold carl arthur roger keith jeremy terry "
    "lawrence sean christian austin jesse dylan bryan joe jordan billy bruce albert gabriel logan "
    "alan juan ethan oliver harry noah liam mary patricia jennifer linda elizabeth barbara susan "
    "jessica sarah karen lisa nancy betty margaret sandra ashley kimberly emily donna michelle "
    "carol amanda melissa deborah stephanie rebecca sharon laura cynthia kathleen amy angela "
    "shirley anna brenda pamela emma nicole helen samantha katherine christine debra rachel "
    "carolyn janet catherine maria heather diane ruth julie olivia joyce virginia victoria kelly "
    "lauren christina joan evelyn judith megan andrea cheryl hannah jacqueline martha gloria "
    "teresa ann sara madison frances kathryn janice jean abigail alice julia judy sophia amelia "
    "isla jane chloe ella lucy mike dave steve tom bob jim bill dan matt chris tony hank tommie "
    "frank fred ray ed eddie jimmy johnny bobby mickey willie charlie ted al luis jose carlos "
    "pedro rick randy greg jeff doug jake ben sam alex nick",
    "German": "hans klaus jurgen juergen gunter guenter dieter uwe wolfgang manfred helmut werner "
    "horst heinz bernd stefan andreas thomas markus matthias christoph florian tobias sebastian "
    "lukas felix leon jonas maximilian max moritz niklas fabian philipp jan tim erik karl "
    "heinrich friedrich fritz ernst rolf ralf rainer jorg joerg holger sven torsten thorsten dirk "
    "frank ursula renate monika helga ingrid karin petra sabine gabriele brigitte birgit claudia "
    "silke heike susanne martina katrin kathrin stefanie nadine anja tanja sandra sonja julia "
    "lena leonie lea mia hanna johanna charlotte clara greta erika gisela elke ute angelika heidi "
    "anke antje",
    "French": "jean pierre michel philippe alain jacques bernard nicolas christophe francois "
    "laurent frederic stephane olivier julien pascal thierry eric guillaume sebastien mathieu "
    "antoine maxime hugo louis jules gabriel arthur lucas theo enzo marie nathalie isabelle "
    "sylvie catherine francoise monique sophie valerie celine camille aurelie juliette chloe "
    "manon lea louise jeanne brigitte helene claire charlotte elise emilie amandine elodie "
    "mathilde",
    "Spanish": "antonio jose manuel francisco juan javier carlos miguel rafael pedro angel "
    "alejandro fernando luis pablo sergio jorge alberto alvaro diego adrian raul enrique ramon "
    "vicente ivan ruben oscar andres joaquin santiago eduardo roberto jaime ignacio mateo carmen "
    "josefa isabel dolores pilar teresa ana francisca antonia mercedes rosario cristina lucia "
    "elena marta concepcion beatriz rocio silvia irene raquel sofia valentina camila guadalupe "
    "ximena",
    "Italian": "giuseppe giovanni mario luigi salvatore vincenzo pietro domenico franco bruno "
    "paolo michele giorgio aldo luciano marco andrea stefano alessandro roberto matteo lorenzo "
    "davide simone riccardo federico leonardo tommaso edoardo giulia rosa angela giovanna lucia "
    "caterina francesca alessandra chiara valentina federica elisa martina ilaria silvia paola "
    "sofia aurora ginevra beatrice alessia giorgia",
    "Portuguese": "joao paulo pedro lucas gabriel rafael marcelo bruno eduardo felipe rodrigo "
    "gustavo leandro thiago tiago mateus vinicius caio luiz joaquim rui nuno miguel goncalo "
    "francisca adriana juliana marcia fernanda patricia aline camila larissa leticia beatriz "
    "mariana ines catarina raquel luana",
    "Dutch": "johannes cornelis hendrik willem gerrit pieter jacobus dirk henk kees piet maarten "
    "sander bram daan sem thijs lars ruben jeroen bas wouter joost marieke anneke johanna "
    "wilhelmina cornelia hendrika femke sanne lotte anouk fleur tess saskia ingrid marijke "
    "willemijn",
    "Polish": "andrzej piotr krzysztof stanislaw tomasz pawel jozef marcin marek michal grzegorz "
    "jerzy tadeusz adam lukasz zbigniew ryszard dariusz henryk mariusz kazimierz wojciech robert "
    "mateusz rafal jakub szymon malgorzata katarzyna agnieszka krystyna ewa elzbieta zofia teresa "
    "joanna magdalena monika jadwiga danuta irena halina beata aleksandra dorota zuzanna",
    "Nordic": "lars anders johan erik karin kristina margareta birgitta ingrid sven nils gunnar "
    "mikael fredrik bjorn magnus ole kari anne inger hakon soren jens mette kirsten",
    "Japanese": "hiroshi takashi kenji satoshi akira makoto kazuo kenichi takeshi daisuke haruto "
    "yuto sota ren yuki naoki ryo yoko keiko kazuko yoshiko sachiko tomoko yumiko akiko naoko "
    "hanako sakura yui misaki ayumi",
    "Hindi": "rahul amit sanjay rajesh suresh ramesh vijay anil sunil manoj rakesh ashok ravi "
    "deepak vikram arjun rohit aditya priya sunita anita pooja neha kavita anjali rekha meena "
    "lakshmi divya shreya geeta",
    "Chinese": "wei ming xin jing fang hui jun qiang yan xiaoming xiaoli yong jie",
    "Arabic and Turkish": "mohammed muhammad mohamed ahmed ali hassan hussein omar youssef "
    "ibrahim khaled mustafa mehmet fatma aisha fatima zainab mariam leila ayse hatice emine "
    "zeynep huseyin",
    "Russian": "alexander aleksandr sergei sergey dmitri dmitry andrei andrey alexei alexey ivan "
    "mikhail nikolai vladimir olga tatiana natalia elena svetlana irina ekaterina anastasia",
}
FIRST_NAMES = frozenset(name for names in _BY_LANGUAGE.values() for name in names.split())
