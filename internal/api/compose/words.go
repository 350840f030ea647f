package compose

import (
	"todoke/internal/desk"
	"todoke/internal/formats/forms"
)

// classWords tell each class to people. A class's own name will not do in a text: "phishing.site" reads like a host.
var classWords = map[desk.Class]forms.Words{
	desk.ScanPort:            {JA: "ポートスキャン", EN: "port scan"},
	desk.ScanBruteforce:      {JA: "ログイン試行", EN: "login attempts"},
	desk.ScanWeb:             {JA: "Web アプリケーションへの攻撃の試み", EN: "attempts on web applications"},
	desk.ForgedSpoof:         {JA: "差出人を詐称したメール", EN: "mail with a forged sender"},
	desk.ForgedBackscatter:   {JA: "詐称メールのエラーメールの送信", EN: "backscatter of forged mail"},
	desk.IntrusionDefacement: {JA: "Web ページの改ざん", EN: "defaced web page"},
	desk.IntrusionAccount:    {JA: "アカウントへの侵入", EN: "account broken into"},
	desk.IntrusionSystem:     {JA: "システムへの侵入", EN: "system broken into"},
	desk.PhishingSite:        {JA: "フィッシングサイト", EN: "phishing site"},
	desk.MalwareSite:         {JA: "マルウェア配布サイト", EN: "malware site"},
	desk.MalwareC2:           {JA: "マルウェアの指令サーバ", EN: "command and control server of malware"},
	desk.MalwareSample:       {JA: "マルウェアの検体", EN: "malware sample"},
	desk.MalwareInfected:     {JA: "マルウェアに感染した機器", EN: "machine infected with malware"},
	desk.DoS:                 {JA: "サービス運用妨害（DoS）攻撃", EN: "denial of service attack"},
	desk.Targeted:            {JA: "標的型攻撃", EN: "targeted attack"},
	desk.ICS:                 {JA: "制御システムへの攻撃", EN: "attack on industrial control systems"},
	desk.Spam:                {JA: "迷惑メールの送信", EN: "spam"},
	desk.Vulnerable:          {JA: "脆弱な状態のシステム", EN: "vulnerable system"},
	desk.Other:               {JA: "その他", EN: "other"},
}
