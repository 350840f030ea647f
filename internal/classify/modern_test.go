package classify

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestModernReports holds what people and products of the 2020s write.
func TestModernReports(t *testing.T) {
	t.Parallel()
	const fortigate = `date=2025-04-25 time=00:14:39 devname="fw" logid="0101039426" type="event" subtype="vpn" action="ssl-login-fail" remip=203.0.113.5 user="guest" reason="sslvpn_login_unknown_user" msg="SSL user failed to logged in"` + "\n"
	for _, test := range []struct {
		why, text string
		want      []string
	}{
		{"a portal on another port than its product's", "SSL-VPN (TCP/8443) への認証失敗が続いています。\n\n" + fortigate, []string{"203.0.113.5 scan.bruteforce 8443/tcp"}},
		{"a portal whose port is not told", "SSL-VPN への認証失敗が続いています。\n\n" + fortigate, []string{"203.0.113.5 scan.bruteforce 443/tcp"}},
		{"a port in the words, none in the log", "IMAP への辞書攻撃です（ポートは993のみ開放）。\n\nApr 20 23:55:35 mx dovecot: imap-login: Disconnected (auth failed, 3 attempts): user=<a>, method=PLAIN, rip=203.0.113.5, lip=192.0.2.1, TLS\n",
			[]string{"203.0.113.5 scan.bruteforce 993/tcp"}},
		{"an account's name is no service", "RDP (3389/tcp) password guessing, all failed.\n\n{\"EventID\":4625,\"TimeCreated\":\"2025-04-24T18:48:57Z\",\"TargetUserName\":\"postgres\",\"LogonType\":3,\"IpAddress\":\"203.0.113.5\"}\n",
			[]string{"203.0.113.5 scan.bruteforce 3389/tcp"}},
		{"submission by the program's name", "Apr  8 04:03:27 mail postfix/submission/smtpd[7]: warning: unknown[203.0.113.5]: SASL LOGIN authentication failed: x\n", []string{"203.0.113.5 scan.bruteforce 587/tcp"}},
		{"the port of the attacked site", "WAF が SQL インジェクションを遮断しました。\n\nクライアントIP: 203.0.113.5\n対象: https://shop.example.net/list\n", []string{"203.0.113.5 scan.web 443/tcp"}},
		{"the port of a portal", "VPN ポータル (https://vpn.kaisha.example.org:4443/) への総当たり攻撃です。\n送信元IP: 203.0.113.5\n", []string{"203.0.113.5 scan.bruteforce 4443/tcp"}},
		{"a name made of the address", "A rented machine (vm-203-0-113-5.cloud.example.com, 203.0.113.5) is probing our Docker API on 2375/tcp.", []string{"203.0.113.5 scan.port 2375/tcp"}},
		{"a port behind the agent", "設定ファイルを探すアクセスです。\n\n203.0.113.5 - - [31/Mar/2025:18:46:34 +0900] \"GET /.env HTTP/1.1\" 404 162 \"-\" \"x\" port=443\n", []string{"203.0.113.5 scan.web 443/tcp"}},
		{"a VPN portal's CSV", "1,2025/04/14 12:28:43,01,GLOBALPROTECT,0,2562,2025/04/14 12:28:43,vsys1,portal-auth,login,LDAP,,test,JP,,203.0.113.5,0.0.0.0,,,,failure,,\n", []string{"203.0.113.5 scan.bruteforce 443/tcp"}},
		{"a reverse name is no DNS attack", "Reverse DNS says vm-7.cloud.example.net (203.0.113.5), and it guesses ssh passwords (22/tcp), in vain.\n\nApr 22 14:02:41 gate sshd[12]: Failed password for root from 203.0.113.5 port 11797 ssh2\n", []string{"203.0.113.5 scan.bruteforce 22/tcp"}},
		{"rows of a DMARC report", "Our domain is forged.\n\nsource_ip,count,disposition,header_from,spf,dkim\n203.0.113.5,14,reject,harbour.example.com,fail,fail\n", []string{"203.0.113.5 forged.spoof"}},
		{"a shop's pages in an altered site", "検索結果に偽通販のページが大量に出ています。サイトが改ざんされ、不正なページが埋め込まれています。\n\n対象: https://www.youchien.example.org/\n", []string{"www.youchien.example.org intrusion.defacement defacement"}},
		{"a skimmed shop and its script", "下記ECサイトの購入画面に、外部の不正なJavaScriptを読み込むタグが埋め込まれています。\n\n改ざんされているサイト: https://www.mise.example.org/cart/\n読み込み先(不正スクリプト): http://cdn.evil.example.net/j.js\n",
			[]string{"www.mise.example.org intrusion.defacement defacement", "cdn.evil.example.net malware.site"}},
		{"a break-in that was only tried", "Attempted break-in: 203.0.113.5 attempted to gain access by secure shell (22/tcp). The attempts were not successful.", []string{"203.0.113.5 scan.bruteforce 22/tcp"}},
		{"what is looked for was not found", "203.0.113.5 walks through our network on 10000/tcp. Please let its owner look for a rootkit.", []string{"203.0.113.5 scan.port 10000/tcp"}},
		{"a worm guessed from its knocks", "203.0.113.5 scans 445/tcp everywhere. It is infected with a worm, we suppose.", []string{"203.0.113.5 scan.port 445/tcp worm"}},
		{"a port in brackets", "203.0.113.5 からデータベースのポート(1433)にパスワードの総当たりがありました。", []string{"203.0.113.5 scan.bruteforce 1433/tcp"}},
		{"a port as a value", "scanner: 203.0.113.5\nprobed-port : 8080\nprobes: 12\n", []string{"203.0.113.5 scan.port 8080/tcp"}},
		{"the source port is not attacked", "リモートデスクトップ(3389)へのログオン失敗が続いています。\n\nソース ネットワーク アドレス: 203.0.113.5\nソース ポート: 3722\n", []string{"203.0.113.5 scan.bruteforce 3389/tcp"}},
		{"the last number of an address", "203.0.113.5 が ssh のパスワードを何度も試しています。こちらは 192.0.2.210 番地です。", []string{"203.0.113.5 scan.bruteforce 22/tcp"}},
		{"a folder is no service", "203.0.113.5 asks for /mysql/ and /phpmyadmin/ on our web server (port 80), all 404.", []string{"203.0.113.5 scan.web 80/tcp"}},
		{"a page on a hacked shop", "A shop was hacked and now hosts a phishing page: https://www.mise.example.org/x/", []string{"www.mise.example.org phishing.site unknown"}},
		{"a kind of company is no brand", "ネットバンクの偽サイトです。どこの銀行かは分かりません。\nhttps://login.evil.example.net/x\n", []string{"login.evil.example.net phishing.site unknown"}},
		{"mail injected in our name", "Mail is sent in our name. We only get the bounces; all of it was injected from 203.0.113.5, which is unknown to us.", []string{"203.0.113.5 forged.backscatter"}},
		{"a false warning that loads malware", "「感染しました」の偽警告から、マルウェアがダウンロードされるサイトです。\n\nhttps://dl.evil.example.net/u\n", []string{"dl.evil.example.net malware.site"}},
	} {
		_, tellings := propose("", test.text)
		got := make([]string, 0, len(tellings))
		for _, telling := range tellings {
			got = append(got, short(telling))
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", test.why, diff)
		}
	}
}
