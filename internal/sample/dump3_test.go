package sample
import ("testing";"os";"fmt";"strings")
func TestStats(t *testing.T){
 if os.Getenv("DUMP")=="" {t.Skip()}
 w,m:=quarterForTest(t)
 fmt.Printf("%d files %+v\n",len(m),Fold(m))
 cs:=map[string]int{}; enc:=map[string]int{}; ct:=map[string]int{}; used:=map[string]int{}; rep:=map[string]int{}
 size:=0; host,ip:=0,0
 for _,x:=range m{ size+=len(x.Raw); used[x.Truth.Wording]++
  if x.Truth.Kind==KindReport||x.Truth.Kind==KindFollowUp {rep[x.Truth.Wording]++}
  for _,p:=range partsOf(t,x){cs[p.charset]++; enc[p.header.Get("Content-Transfer-Encoding")]++; ct[strings.SplitN(p.header.Get("Content-Type"),";",2)[0]]++}}
 for _,i:=range w.incidents{ if i.toldIP{ip++}else{host++}}
 fmt.Println(cs,enc,ct,len(used),len(rep),size,"ip",ip,"host",host)
 pairs:=0
 byI:=map[*incident][2]bool{}
 for _,x:=range w.messages{ for _,d:=range x.told{ b:=byI[d.incident]; if d.ip&&d.host {b[0]=true}else if d.host&&!d.ip{b[1]=true}; byI[d.incident]=b}}
 for _,b:=range byI{ if b[0]&&b[1]{pairs++}}
 fmt.Println("host in one, pair in another:",pairs)
 mx:=0; for n,c:=range rep{ if c>mx{mx=c;fmt.Println(n,c)}}
}
