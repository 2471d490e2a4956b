import java.io.File;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.logging.LogManager;
import java.util.stream.Collectors;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPath;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathExpressionException;
import javax.xml.xpath.XPathFactory;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;
import org.verapdf.pdfa.validation.profiles.ErrorArgument;
import org.verapdf.pdfa.validation.profiles.ErrorArgumentImpl;
import org.verapdf.pdfa.validation.profiles.ErrorDetails;
import org.verapdf.pdfa.validation.profiles.Profiles;
import org.verapdf.pdfa.validation.profiles.Rule;
import org.verapdf.pdfa.validation.profiles.RuleId;
import org.verapdf.pdfa.validation.profiles.ValidationProfile;
import org.verapdf.pdfa.validation.profiles.Variable;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/**
 * Checks files against one profile of veraPDF: `PaperRules PROFILE FILE...`, for tests/verapdf.py.
 *
 * <p>The jar has the profiles as XML, without the library (JAXB) that veraPDF itself reads them
 * with, so they are read here. Each rule that a file breaks is a line of the output; the status is 1
 * when there is one, or when a profile has no rule.
 */
public final class PaperRules {
  private static final String PLACE = "org/verapdf/pdfa/validation/%s.xml";
  private static final XPath XPATH = XPathFactory.newInstance().newXPath();

  private PaperRules() {}

  public static void main(String[] arguments) throws Exception {
    LogManager.getLogManager().reset();
    VeraGreenfieldFoundryProvider.initialise();
    ValidationProfile profile = read(arguments[0]);
    int broken = profile.getRules().isEmpty() ? 1 : 0;
    for (String path : List.of(arguments).subList(1, arguments.length)) {
      for (String line : brokenRules(new File(path), profile)) {
        System.out.println(path + " " + arguments[0] + " " + line);
        broken++;
      }
    }
    int files = arguments.length - 1;
    System.out.printf(
        "%s: %d files, %d rules, %d broken%n",
        arguments[0], files, profile.getRules().size(), broken);
    System.exit(broken == 0 ? 0 : 1);
  }

  /** Each rule that the file breaks, with the number of its places and what the engine says. */
  private static List<String> brokenRules(File file, ValidationProfile profile) throws Exception {
    PDFAFlavour flavour = profile.getPDFAFlavour();
    try (PDFAParser parser = Foundries.defaultInstance().createParser(file, flavour);
        PDFAValidator validator = Foundries.defaultInstance().createValidator(profile, false)) {
      ValidationResult result = validator.validate(parser);
      Map<String, Long> failed =
          result.getTestAssertions().stream()
              .filter(one -> one.getStatus() == TestAssertion.Status.FAILED)
              .collect(Collectors.groupingBy(PaperRules::named, Collectors.counting()));
      List<String> lines = new ArrayList<>();
      failed.forEach((rule, count) -> lines.add(rule + " (" + count + ")"));
      if (lines.isEmpty() && !result.isCompliant()) {
        lines.add("not compliant");
      }
      return lines;
    }
  }

  private static String named(TestAssertion failed) {
    RuleId rule = failed.getRuleId();
    return rule.getClause() + "-" + rule.getTestNumber() + ": " + failed.getMessage();
  }

  private static ValidationProfile read(String name) throws Exception {
    Element root;
    try (InputStream xml =
        PaperRules.class.getClassLoader().getResourceAsStream(String.format(PLACE, name))) {
      root = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(xml).getDocumentElement();
    }
    Set<Rule> rules = new HashSet<>();
    for (Element element : all(root, "rules/rule")) {
      rules.add(ruleOf(element));
    }
    Set<Variable> variables = new HashSet<>();
    for (Element element : all(root, "variables/variable")) {
      variables.add(
          Profiles.variableFromValues(
              element.getAttribute("name"),
              element.getAttribute("object"),
              text(element, "defaultValue"),
              text(element, "value")));
    }
    return Profiles.profileFromValues(
        PDFAFlavour.valueOf(root.getAttribute("flavour")),
        Profiles.profileDetailsFromValues(name, "", "", new Date(0)),
        "",
        rules,
        variables);
  }

  private static Rule ruleOf(Element element) throws XPathExpressionException {
    RuleId identity =
        Profiles.ruleIdFromValues(
            PDFAFlavour.Specification.valueOf(text(element, "id/@specification")),
            text(element, "id/@clause"),
            Integer.parseInt(text(element, "id/@testNumber")));
    List<ErrorArgument> shown = new ArrayList<>();
    for (Element argument : all(element, "error/arguments/argument")) {
      String name = argument.hasAttribute("name") ? argument.getAttribute("name") : null;
      shown.add(ErrorArgumentImpl.fromValues(argument.getTextContent(), name, null));
    }
    ErrorDetails error = Profiles.errorFromValues(text(element, "error/message"), shown);
    Boolean deferred =
        element.hasAttribute("deferred") ? Boolean.valueOf(element.getAttribute("deferred")) : null;
    return Profiles.ruleFromValues(
        identity,
        element.getAttribute("object"),
        deferred,
        element.getAttribute("tags"),
        text(element, "description"),
        text(element, "test"),
        error,
        List.of());
  }

  /** The elements at a path below a node; the names are those of any namespace. */
  private static List<Element> all(Node node, String path) throws XPathExpressionException {
    NodeList found = (NodeList) XPATH.evaluate(path, node, XPathConstants.NODESET);
    List<Element> elements = new ArrayList<>();
    for (int place = 0; place < found.getLength(); place++) {
      elements.add((Element) found.item(place));
    }
    return elements;
  }

  private static String text(Node node, String path) throws XPathExpressionException {
    return XPATH.evaluate(path, node);
  }
}
