// The veraPDF engine over files: VeraCheck PROFILE FILE..., for tests/verapdf.py. It prints each rule that a file
// breaks, and ends with 1 when one does. The profiles are read from the jar.
import java.io.*; import java.util.*; import javax.xml.parsers.*; import org.w3c.dom.*;
import org.verapdf.pdfa.*; import org.verapdf.pdfa.flavours.PDFAFlavour; import org.verapdf.pdfa.results.*;
import org.verapdf.pdfa.validation.profiles.*;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
public class VeraCheck {
  static Element kid(Element e,String n){ for(Node c=e.getFirstChild();c!=null;c=c.getNextSibling()) if(c instanceof Element && ((Element)c).getTagName().equals(n)) return (Element)c; return null; }
  static String txt(Element e,String n){ Element k=kid(e,n); return k==null?"":k.getTextContent(); }
  static ValidationProfile load(String res) throws Exception {
    Document d=DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(VeraCheck.class.getClassLoader().getResourceAsStream(res));
    Element r=d.getDocumentElement();
    PDFAFlavour fl=PDFAFlavour.valueOf(r.getAttribute("flavour"));
    Set<Rule> rules=new HashSet<>(); NodeList rl=r.getElementsByTagName("rule");
    for(int i=0;i<rl.getLength();i++){ Element e=(Element)rl.item(i); Element id=kid(e,"id"); Element err=kid(e,"error");
      List<ErrorArgument> ea=new ArrayList<>(); Element as=kid(err,"arguments");
      if(as!=null){ NodeList al=as.getElementsByTagName("argument"); for(int j=0;j<al.getLength();j++){ Element x=(Element)al.item(j); ea.add(ErrorArgumentImpl.fromValues(x.getTextContent(), x.hasAttribute("name")?x.getAttribute("name"):null, null)); } }
      rules.add(Profiles.ruleFromValues(Profiles.ruleIdFromValues(PDFAFlavour.Specification.valueOf(id.getAttribute("specification")), id.getAttribute("clause"), Integer.parseInt(id.getAttribute("testNumber"))),
        e.getAttribute("object"), e.hasAttribute("deferred")?Boolean.valueOf(e.getAttribute("deferred")):null, e.getAttribute("tags"), txt(e,"description"), txt(e,"test"), Profiles.errorFromValues(txt(err,"message"), ea), new ArrayList<>())); }
    Set<Variable> vs=new HashSet<>(); NodeList vl=r.getElementsByTagName("variable");
    for(int i=0;i<vl.getLength();i++){ Element e=(Element)vl.item(i); vs.add(Profiles.variableFromValues(e.getAttribute("name"),e.getAttribute("object"),txt(e,"defaultValue"),txt(e,"value"))); }
    System.out.println("# "+res+" rules="+rules.size()+" vars="+vs.size());
    return Profiles.profileFromValues(fl, Profiles.profileDetailsFromValues("p","d","c",new Date()), "", rules, vs);
  }
  public static void main(String[] a) throws Exception {
    java.util.logging.LogManager.getLogManager().reset();
    VeraGreenfieldFoundryProvider.initialise(); int bad=0;
    ValidationProfile prof=load("org/verapdf/pdfa/validation/"+a[0]+".xml"); PDFAFlavour f=prof.getPDFAFlavour();
    for (int i=1;i<a.length;i++) {
      long t=System.nanoTime();
      try (PDFAParser p = Foundries.defaultInstance().createParser(new File(a[i]), f)) {
        PDFAValidator v = Foundries.defaultInstance().createValidator(prof, false);
        ValidationResult r = v.validate(p);
        System.out.println((r.isCompliant()?"PASS ":"FAIL ")+f+" "+a[i]+" assertions="+r.getTotalAssertions()+" ms="+(System.nanoTime()-t)/1000000);
        if(!r.isCompliant()) bad++;
        Map<String,Integer> n=new TreeMap<>(); Map<String,String> m=new TreeMap<>();
        for (TestAssertion x : r.getTestAssertions()) if (x.getStatus()==TestAssertion.Status.FAILED) {
          String k=x.getRuleId().getClause()+" t"+x.getRuleId().getTestNumber();
          n.merge(k,1,Integer::sum);
          if(!m.containsKey(k)) m.put(k, x.getErrorMessage()+" | "+x.getMessage().substring(0,Math.min(160,x.getMessage().length()))+" @ "+x.getLocation().getContext());
        }
        for (String k: n.keySet()) System.out.println("   ["+k+"] x"+n.get(k)+" "+m.get(k));
      } catch (Exception e) { bad++; System.out.println("ERROR "+a[i]+" "+e); e.printStackTrace(System.out);}
    }
    System.exit(bad>0?1:0);
  }
}
