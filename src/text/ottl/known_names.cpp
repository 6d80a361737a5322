#include "src/text/ottl/known_names.h"

#include <string>

#include "src/text/ascii.h"

namespace invar::ottl {
namespace {

// Names with a blank before and behind each.

// Locales of github.com/elastic/lunes 0.2, from CLDR.
constexpr std::string_view kLocales =
    " aa aa-DJ aa-ER aa-ET ab ab-GE af af-NA af-ZA agq agq-CM ak ak-GH am am-ET an an-ES apc apc-SY ar ar-001 ar-AE ar-BH ar-DJ ar-DZ ar-EG ar-EH ar-ER "
    "ar-IL ar-IQ ar-JO ar-KM ar-KW ar-LB ar-LY ar-MA ar-MR ar-OM ar-PS ar-QA ar-SA ar-SD ar-SO ar-SS ar-SY ar-TD ar-TN ar-YE as as-IN asa asa-TZ ast ast-ES "
    "az az-Cyrl az-Cyrl-AZ az-Latn az-Latn-AZ ba ba-RU bal bal-Arab bal-Arab-PK bal-Latn bal-Latn-PK bas bas-CM be be-BY be-tarask bem bem-ZM bew bew-ID "
    "bez bez-TZ bg bg-BG bgc bgc-IN bho bho-IN blo blo-BJ bm bm-ML bn bn-BD bn-IN bo bo-CN bo-IN bqi bqi-IR br br-FR brx brx-IN bs bs-Cyrl bs-Cyrl-BA "
    "bs-Latn bs-Latn-BA bua bua-RU byn byn-ER ca ca-AD ca-ES ca-ES-valencia ca-FR ca-IT cad cad-US cch cch-NG ccp ccp-BD ccp-IN ce ce-RU ceb ceb-PH cgg "
    "cgg-UG chr chr-US cic cic-US ckb ckb-IQ ckb-IR co co-FR cop cop-EG cs cs-CZ csw csw-CA cu cu-RU cv cv-RU cy cy-GB da da-DK da-GL dav dav-KE de de-AT "
    "de-BE de-CH de-DE de-IT de-LI de-LU dje dje-NE doi doi-IN dsb dsb-DE dua dua-CM dyo dyo-SN dz dz-BT ebu ebu-KE ee ee-GH ee-TG el el-CY el-GR "
    "el-polyton en en-001 en-150 en-AE en-AG en-AI en-AS en-AT en-AU en-BB en-BE en-BI en-BM en-BS en-BW en-BZ en-CA en-CC en-CH en-CK en-CM en-CX en-CY "
    "en-CZ en-DE en-DG en-DK en-DM en-Dsrt en-Dsrt-US en-EE en-ER en-ES en-FI en-FJ en-FK en-FM en-FR en-GB en-GD en-GE en-GG en-GH en-GI en-GM en-GS en-GU "
    "en-GY en-HK en-HU en-ID en-IE en-IL en-IM en-IN en-IO en-IT en-JE en-JM en-JP en-KE en-KI en-KN en-KY en-LC en-LR en-LS en-LT en-LV en-MG en-MH en-MO "
    "en-MP en-MS en-MT en-MU en-MV en-MW en-MY en-NA en-NF en-NG en-NL en-NO en-NR en-NU en-NZ en-PG en-PH en-PK en-PL en-PN en-PR en-PT en-PW en-RO en-RW "
    "en-SB en-SC en-SD en-SE en-SG en-SH en-SI en-SK en-SL en-SS en-SX en-SZ en-Shaw en-Shaw-GB en-TC en-TK en-TO en-TT en-TV en-TZ en-UA en-UG en-UM en-US "
    "en-US-u-va-posix en-VC en-VG en-VI en-VU en-WS en-ZA en-ZM en-ZW eo eo-001 es es-419 es-AR es-BO es-BR es-BZ es-CL es-CO es-CR es-CU es-DO es-EA es-EC "
    "es-ES es-GQ es-GT es-HN es-IC es-MX es-NI es-PA es-PE es-PH es-PR es-PY es-SV es-US es-UY es-VE et et-EE eu eu-ES ewo ewo-CM fa fa-AF fa-IR ff ff-Adlm "
    "ff-Adlm-BF ff-Adlm-CM ff-Adlm-GH ff-Adlm-GM ff-Adlm-GN ff-Adlm-GW ff-Adlm-LR ff-Adlm-MR ff-Adlm-NE ff-Adlm-NG ff-Adlm-SL ff-Adlm-SN ff-Latn ff-Latn-BF "
    "ff-Latn-CM ff-Latn-GH ff-Latn-GM ff-Latn-GN ff-Latn-GW ff-Latn-LR ff-Latn-MR ff-Latn-NE ff-Latn-NG ff-Latn-SL ff-Latn-SN fi fi-FI fil fil-PH fo fo-DK "
    "fo-FO fr fr-BE fr-BF fr-BI fr-BJ fr-BL fr-CA fr-CD fr-CF fr-CG fr-CH fr-CI fr-CM fr-DJ fr-DZ fr-FR fr-GA fr-GF fr-GN fr-GP fr-GQ fr-HT fr-KM fr-LU "
    "fr-MA fr-MC fr-MF fr-MG fr-ML fr-MQ fr-MR fr-MU fr-NC fr-NE fr-PF fr-PM fr-RE fr-RW fr-SC fr-SN fr-SY fr-TD fr-TG fr-TN fr-VU fr-WF fr-YT frr frr-DE "
    "fur fur-IT fy fy-NL ga ga-GB ga-IE gaa gaa-GH gd gd-GB gez gez-ER gez-ET gl gl-ES gn gn-PY gsw gsw-CH gsw-FR gsw-LI gu gu-IN guz guz-KE gv gv-IM ha "
    "ha-Arab ha-Arab-NG ha-Arab-SD ha-GH ha-NE ha-NG haw haw-US he he-IL hi hi-IN hi-Latn hi-Latn-IN hnj hr hr-BA hr-HR hsb hsb-DE hu hu-HU hy hy-AM ia "
    "ia-001 id id-ID ie ie-EE ig ig-NG ii ii-CN is is-IS it it-CH it-IT it-SM it-VA iu iu-CA ja ja-JP jgo jgo-CM jmc jmc-TZ jv jv-ID ka ka-GE kaa kaa-Cyrl "
    "kaa-Cyrl-UZ kab kab-DZ kaj kaj-NG kam kam-KE kcg kcg-NG kde kde-TZ kea kea-CV kek kek-GT kgp kgp-BR khq khq-ML ki ki-KE kk kk-Arab kk-Arab-CN kk-Cyrl "
    "kk-Cyrl-KZ kk-KZ kkj kkj-CM kl kl-GL kln kln-KE km km-KH kn kn-IN ko ko-CN ko-KP ko-KR kok kok-Deva kok-Deva-IN kok-Latn kok-Latn-IN ks ks-Arab "
    "ks-Arab-IN ks-Deva ks-Deva-IN ksb ksb-TZ ksf ksf-CM ksh ksh-DE ku ku-Latn ku-Latn-IQ ku-Latn-SY ku-Latn-TR ku-TR kw kw-GB kxv kxv-Deva kxv-Deva-IN "
    "kxv-Orya kxv-Orya-IN kxv-Telu kxv-Telu-IN ky ky-KG la la-VA lag lag-TZ lb lb-LU lg lg-UG lij lij-IT lkt lkt-US lld lld-IT lmo lmo-IT ln ln-AO ln-CD "
    "ln-CF ln-CG lo lo-LA lrc lrc-IQ lrc-IR lt lt-LT ltg ltg-LV lu lu-CD luo luo-KE luy luy-KE lv lv-LV mai mai-IN mas mas-KE mas-TZ mer mer-KE mfe mfe-MU "
    "mg mg-MG mgh mgh-MZ mgo mgo-CM mi mi-NZ mk mk-MK ml ml-IN mn mn-MN mn-Mong-MN mni mni-Beng mni-Beng-IN mr mr-IN ms ms-Arab ms-Arab-BN ms-Arab-MY ms-BN "
    "ms-ID ms-MY ms-SG mt mt-MT mua mua-CM mus mus-US mww my my-MM myv myv-RU mzn mzn-IR naq naq-NA nd nd-ZW nds nds-DE nds-NL ne ne-IN ne-NP nl nl-AW "
    "nl-BE nl-BQ nl-CW nl-NL nl-SR nl-SX nmg nmg-CM nn nn-NO nnh nnh-CM no nqo nqo-GN nr nr-ZA nso nso-ZA nus nus-SS ny ny-MW nyn nyn-UG oc oc-ES oc-FR om "
    "om-ET om-KE or or-IN os os-GE os-RU osa osa-US pa pa-Arab pa-Arab-PK pa-Guru pa-Guru-IN pap pap-AW pap-CW pcm pcm-NG pis pis-SB pl pl-PL pms pms-IT "
    "prg prg-PL ps ps-AF ps-PK pt pt-AO pt-BR pt-CH pt-CV pt-GQ pt-GW pt-LU pt-MO pt-MZ pt-PT pt-ST pt-TL qu qu-BO qu-EC qu-PE raj raj-IN rif rif-MA rm "
    "rm-CH rn rn-BI ro ro-MD ro-RO rof rof-TZ ru ru-BY ru-KG ru-KZ ru-MD ru-RU ru-UA rw rw-RW rwk rwk-TZ sa sa-IN sah sah-RU saq saq-KE sat sbp sbp-TZ sc "
    "sc-IT scn scn-IT sd sd-Arab sd-Arab-PK sd-Deva sd-Deva-IN se se-FI se-NO se-SE seh seh-MZ ses ses-ML sg sg-CF shi shi-Latn shi-Latn-MA shi-Tfng "
    "shi-Tfng-MA shn shn-MM shn-TH si si-LK sid sid-ET sk sk-SK skr skr-PK sl sl-SI smn smn-FI sn sn-ZW so so-DJ so-ET so-KE so-SO sq sq-AL sq-MK sq-XK sr "
    "sr-Cyrl sr-Cyrl-BA sr-Cyrl-ME sr-Cyrl-RS sr-Cyrl-XK sr-Latn sr-Latn-BA sr-Latn-ME sr-Latn-RS sr-Latn-XK ss ss-SZ ss-ZA ssy ssy-ER st st-LS st-ZA su "
    "su-Latn su-Latn-ID sv sv-AX sv-FI sv-SE sw sw-CD sw-KE sw-TZ sw-UG syr syr-IQ syr-SY szl szl-PL ta ta-IN ta-LK ta-MY ta-SG te te-IN teo teo-KE teo-UG "
    "tg tg-TJ th th-TH ti ti-ER ti-ET tig tig-ER tk tk-TM tn tn-BW tn-ZA to to-TO tok tok-001 tpi tpi-PG tr tr-CY tr-TR trv trv-TW trw trw-PK ts ts-ZA tt "
    "tt-RU twq twq-NE tyv tyv-RU tzm tzm-MA ug ug-CN uk uk-UA und ur ur-IN ur-PK uz uz-Arab uz-Arab-AF uz-Cyrl uz-Cyrl-UZ uz-Latn uz-Latn-UZ vai vai-Latn "
    "vai-Latn-LR vai-Vaii vai-Vaii-LR ve ve-ZA vec vec-IT vi vi-VN vmw vmw-MZ vo vo-001 vun vun-TZ wae wae-CH wal wal-ET wo wo-SN xh xh-ZA xnr xnr-IN xog "
    "xog-UG yav yav-CM yi yi-UA yo yo-BJ yo-NG yrl yrl-BR yrl-CO yrl-VE yue yue-Hans yue-Hans-CN yue-Hant yue-Hant-CN yue-Hant-HK yue-Hant-MO za za-CN zgh "
    "zgh-MA zh zh-Hans zh-Hans-CN zh-Hans-HK zh-Hans-MO zh-Hans-MY zh-Hans-SG zh-Hant zh-Hant-HK zh-Hant-MO zh-Hant-MY zh-Hant-TW zu zu-ZA ";

// Encodings that golang.org/x/text 0.41 decodes, with the aliases that IANA lists ...
constexpr std::string_view kEncodings =
    " 437 850 852 855 860 862 863 865 866 ansi_x3.4-1968 ansi_x3.4-1986 arabic asmo-708 big5 ccsid00858 ccsid01140 cp00858 cp01140 cp037 cp367 cp437 cp819 "
    "cp850 cp852 cp855 cp860 cp862 cp863 cp865 cp866 cp936 csascii csbig5 cseuckr cseucpkdfmtjapanese csgb18030 csgbk csibm00858 csibm01140 csibm037 "
    "csibm1047 csibm855 csibm860 csibm863 csibm865 csibm866 csiso2022jp csiso885913 csiso885914 csiso885915 csiso885916 csiso88596e csiso88596i csiso88598e "
    "csiso88598i csisolatin1 csisolatin2 csisolatin3 csisolatin4 csisolatin5 csisolatin6 csisolatinarabic csisolatincyrillic csisolatingreek "
    "csisolatinhebrew cskoi8r cskoi8u csmacintosh cspc850multilingual cspc862latinhebrew cspc8codepage437 cspcp852 csshiftjis csutf16 csutf16be csutf16le "
    "csutf8 cswindows1250 cswindows1251 cswindows1252 cswindows1253 cswindows1254 cswindows1255 cswindows1256 cswindows1257 cswindows1258 cswindows874 "
    "cyrillic ebcdic-cp-ca ebcdic-cp-nl ebcdic-cp-us ebcdic-cp-wt ebcdic-us-37+euro ecma-114 ecma-118 elot_928 euc-jp euc-kr "
    "extended_unix_code_packed_format_for_japanese gb18030 gbk greek greek8 hebrew hz-gb-2312 ibm-1047 ibm00858 ibm01140 ibm037 ibm1047 ibm367 ibm437 "
    "ibm819 ibm850 ibm852 ibm855 ibm860 ibm862 ibm863 ibm865 ibm866 iso-2022-jp iso-8859-1 iso-8859-10 iso-8859-13 iso-8859-14 iso-8859-15 iso-8859-16 "
    "iso-8859-2 iso-8859-3 iso-8859-4 iso-8859-5 iso-8859-6 iso-8859-6-e iso-8859-6-i iso-8859-7 iso-8859-8 iso-8859-8-e iso-8859-8-i iso-8859-9 iso-celtic "
    "iso-ir-100 iso-ir-101 iso-ir-109 iso-ir-110 iso-ir-126 iso-ir-127 iso-ir-138 iso-ir-144 iso-ir-148 iso-ir-157 iso-ir-199 iso-ir-226 iso-ir-6 iso646-us "
    "iso_646.irv:1991 iso_8859-1 iso_8859-10:1992 iso_8859-14 iso_8859-14:1998 iso_8859-15 iso_8859-16 iso_8859-16:2001 iso_8859-1:1987 iso_8859-2 "
    "iso_8859-2:1987 iso_8859-3 iso_8859-3:1988 iso_8859-4 iso_8859-4:1988 iso_8859-5 iso_8859-5:1988 iso_8859-6 iso_8859-6-e iso_8859-6-i iso_8859-6:1987 "
    "iso_8859-7 iso_8859-7:1987 iso_8859-8 iso_8859-8-e iso_8859-8-i iso_8859-8:1988 iso_8859-9 iso_8859-9:1989 koi8-r koi8-u l1 l10 l2 l3 l4 l5 l6 l8 "
    "latin-9 latin1 latin10 latin2 latin3 latin4 latin5 latin6 latin8 mac macintosh ms936 ms_kanji pc-multilingual-850+euro shift_jis us us-ascii utf-16 "
    "utf-16be utf-16le utf-8 windows-1250 windows-1251 windows-1252 windows-1253 windows-1254 windows-1255 windows-1256 windows-1257 windows-1258 "
    "windows-874 windows-936 ";

// ... and the collector's own names for some.
constexpr std::string_view kOwnEncodings = " utf-16 utf16 utf-8 utf8 utf-8-raw utf8-raw ascii us-ascii nop ";

// Patterns of github.com/elastic/go-grok 0.3 that capture nothing by a name of its own ...
constexpr std::string_view kPlainPatterns =
    " BASE10NUM BASE16FLOAT BASE16NUM BIND9_CATEGORY BIND9_DNSTYPE BIND9_TIMESTAMP BOOL BRO_BOOL BRO_DATA CATALINA7_DATESTAMP CATALINA8_DATESTAMP "
    "CATALINA_DATESTAMP CISCOFW104003 CISCOFW104004 CISCOMAC CISCOTAG CISCOTIMESTAMP CISCO_ACTION CISCO_DIRECTION CISCO_INTERVAL CISCO_REASON "
    "CISCO_XLATE_TYPE COMMONMAC CRON_ACTION DATA DATE DATESTAMP DATESTAMP_EVENTLOG DATESTAMP_OTHER DATESTAMP_RFC2822 DATESTAMP_RFC822 DATE_EU DATE_US DAY "
    "EMAILADDRESS EMAILLOCALPART EXIM_DATE EXIM_EXCLUDE_TERMS EXIM_FLAGS EXIM_MSGID EXIM_QT EXIM_QUOTED_CONTENT EXIM_UNKNOWN_FIELD GREEDYDATA HAPROXYDATE "
    "HAPROXYTIME HOSTNAME HOSTPORT HOUR HTTPDATE HTTPDERROR_DATE HTTPDUSER INT IP IPORHOST IPTABLES4_FRAG IPTABLES_TCP_FLAGS IPV4 IPV6 ISO8601_SECOND "
    "ISO8601_TIMEZONE JAVACLASS JAVAFILE JAVALOGMESSAGE JAVAMETHOD JAVATHREAD LOGLEVEL MAC MAVEN_VERSION MINUTE MONGO3_COMPONENT MONGO3_SEVERITY "
    "MONGO_QUERY_CONTENT MONGO_WORDDASH MONTH MONTHDAY MONTHNUM NONNEGINT NOTSPACE NUMBER PATH POSINT PROG QS QUOTEDSTRING REDISTIMESTAMP RT_FLOW_EVENT "
    "RT_FLOW_TAG RUBY_LOGLEVEL RUUID SECOND SPACE SYSLOG5424PRINTASCII SYSLOG5424SD SYSLOGFACILITY SYSLOGHOST SYSLOGPROG SYSLOGTIMESTAMP TIME "
    "TIMESTAMP_ISO8601 TOMCATLEGACY_DATESTAMP TOMCAT_DATESTAMP TTY TZ UNIXPATH URI URIHOST URIPARAM URIPATH URIPATHPARAM URIPROTO URIQUERY URN USER "
    "USERNAME UUID WINDOWSMAC WINPATH WORD YEAR ";

// ... and those that do.
constexpr std::string_view kCapturingPatterns =
    " BIND9 BIND9_QUERYLOG BIND9_QUERYLOGBASE BRO_CONN BRO_DNS BRO_FILES BRO_HTTP CATALINA7_LOG CATALINA8_LOG CATALINALOG CISCOFW104001 CISCOFW104002 "
    "CISCOFW105003 CISCOFW105004 CISCOFW105005 CISCOFW105008 CISCOFW105009 CISCOFW106001 CISCOFW106006_106007_106010 CISCOFW106014 CISCOFW106015 "
    "CISCOFW106021 CISCOFW106023 CISCOFW106100 CISCOFW106100_2_3 CISCOFW110002 CISCOFW302010 CISCOFW302013_302014_302015_302016 CISCOFW302020_302021 "
    "CISCOFW304001 CISCOFW305011 CISCOFW313001_313004_313008 CISCOFW313005 CISCOFW321001 CISCOFW402117 CISCOFW402119 CISCOFW419001 CISCOFW419002 "
    "CISCOFW500004 CISCOFW602303_602304 CISCOFW710001_710002_710003_710005_710006 CISCOFW713172 CISCOFW733100 CISCO_DST_HOST_PORT_USER CISCO_DST_IP_USER "
    "CISCO_HITCOUNT_INTERVAL CISCO_SRC_HOST_PORT_USER CISCO_SRC_IP_USER CISCO_TAGGED_SYSLOG CLOUDFRONT_ACCESS_LOG COMBINEDAPACHELOG COMMONAPACHELOG CRONLOG "
    "ELB_ACCESS_LOG ELB_REQUEST_LINE ELB_URI ELB_URIHOST ELB_URIPATHPARAM ELB_URIPATHQUERY ELB_V1_HTTP_LOG EXIM EXIM_HEADER_ID EXIM_INTERFACE "
    "EXIM_MESSAGE_ARRIVAL EXIM_MSG_SIZE EXIM_NAMED_FIELDS EXIM_PID EXIM_PROTOCOL EXIM_REMOTE_HOST EXIM_SUBJECT HAPROXYCAPTUREDREQUESTHEADERS "
    "HAPROXYCAPTUREDRESPONSEHEADERS HAPROXYHTTP HAPROXYHTTPBASE HAPROXYHTTPREQUESTLINE HAPROXYTCP HAPROXYURI HTTPD20_ERRORLOG HTTPD24_ERRORLOG "
    "HTTPD_COMBINEDLOG HTTPD_COMMONLOG HTTPD_ERRORLOG IPTABLES IPTABLES4_PART IPTABLES6_PART IPTABLES_TCP_PART JAVASTACKTRACEPART MCOLLECTIVE "
    "MCOLLECTIVEAUDIT MONGO3_LOG MONGO_LOG MONGO_QUERY MONGO_SLOWQUERY NETSCREENSESSIONLOG POSTGRESQL RAILS3 RAILS3FOOT RAILS3HEAD RAILS3PROFILE "
    "RCONTROLLER REDISLOG REDISMONLOG RPROCESSING RT_FLOW1 RT_FLOW2 RT_FLOW3 RUBY_LOGGER S3_ACCESS_LOG S3_REQUEST_LINE SFW2 SFW2_LOG_PREFIX SHOREWALL "
    "SQUID3 SQUID3_STATUS SYSLOG5424BASE SYSLOG5424LINE SYSLOG5424PRI SYSLOGBASE SYSLOGBASE2 SYSLOGLINE SYSLOGPAMSESSION TOMCAT7_LOG TOMCAT8_LOG "
    "TOMCATLEGACY_LOG TOMCATLOG ";

bool holds(std::string_view list, std::string_view name) {
  if (name.empty() || name.find(' ') != std::string_view::npos) return false;
  return list.find(" " + std::string(name) + " ") != std::string_view::npos;
}

}  // namespace

bool is_locale(std::string_view name) { return holds(kLocales, name); }

bool is_encoding(std::string_view name) {
  // No name at all is UTF-8.
  if (name.empty()) return true;
  const std::string lower = ascii::to_lower(name);
  if (holds(kOwnEncodings, lower)) return true;
  constexpr std::string_view kBlanks = " \t\n\v\f\r";
  const size_t begin = lower.find_first_not_of(kBlanks);
  return begin != std::string::npos && holds(kEncodings, std::string_view(lower).substr(begin, lower.find_last_not_of(kBlanks) + 1 - begin));
}

std::optional<GrokPattern> grok_pattern(std::string_view name) {
  if (holds(kPlainPatterns, name)) return GrokPattern::kPlain;
  if (holds(kCapturingPatterns, name)) return GrokPattern::kCapturing;
  return std::nullopt;
}

}  // namespace invar::ottl
