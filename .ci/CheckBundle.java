import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Stream;

import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPath;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathFactory;

import org.w3c.dom.Document;
import org.w3c.dom.NodeList;

/**
 * Checks a repository in a folder against what Maven Central asks of an upload, and what this project asks of itself:
 * {@code java CheckBundle.java FOLDER BOM}. Prints each fault and ends with 1 if there is one. Signatures are looked for
 * here, and verified by who has the key.
 */
class CheckBundle {

	private static final List<String> REQUIRED = List.of("/project/groupId", "/project/artifactId", "/project/version",
			"/project/name", "/project/description", "/project/url", "/project/licenses/license/name",
			"/project/licenses/license/url", "/project/developers/developer/name",
			"/project/developers/developer/email", "/project/scm/connection", "/project/scm/developerConnection",
			"/project/scm/url");

	private final XPath xpath = XPathFactory.newInstance().newXPath();

	private final List<String> faults = new ArrayList<>();

	private final Map<String, String> moduleNames = new HashMap<>();

	private final Set<String> artifacts = new TreeSet<>();

	private final Set<String> managed = new TreeSet<>();

	private int files;

	// The program of a script: what it prints is its answer.
	public static void main(String[] arguments) throws Exception {
		CheckBundle check = new CheckBundle();
		try (Stream<Path> poms = Files.walk(Path.of(arguments[0])).filter((file) -> file.toString().endsWith(".pom"))) {
			for (Path pom : poms.sorted().toList()) {
				check.artifact(pom, arguments[1]);
			}
		}
		if (check.artifacts.isEmpty() || !check.artifacts.equals(check.managed)) {
			check.fault(arguments[1], "manages " + check.managed + ", but published are " + check.artifacts);
		}
		check.faults.forEach(System.out::println);
		System.out.println("%d artifacts and their BOM, %d files, %d faults".formatted(check.artifacts.size(), check.files,
				check.faults.size()));
		System.exit(check.faults.isEmpty() ? 0 : 1);
	}

	private void artifact(Path file, String bom) throws Exception {
		DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
		factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
		Document pom = factory.newDocumentBuilder().parse(file.toFile());
		String name = value(pom, "/project/artifactId");
		String version = value(pom, "/project/version");
		pom(name, version, pom);
		Path folder = file.getParent();
		if (!folder.endsWith(Path.of(name, version))) {
			fault(name, "is in " + folder);
		}
		if (name.equals(bom)) {
			for (String managed : values(pom, "/project/dependencyManagement/dependencies/dependency/artifactId")) {
				this.managed.add(managed);
			}
		}
		else {
			this.artifacts.add(name);
			jars(folder, name, version);
		}
		try (Stream<Path> published = Files.list(folder)) {
			for (Path each : published.filter(CheckBundle::isPublished).toList()) {
				this.files++;
				companions(name, each);
			}
		}
	}

	private void pom(String name, String version, Document pom) throws Exception {
		for (String path : REQUIRED) {
			String value = value(pom, path);
			if (value.isBlank() || value.contains("unset") || value.contains("${")) {
				fault(name, "has no " + path + " in its POM: '" + value + "'");
			}
		}
		if (!values(pom, "/project/parent").isEmpty()) {
			fault(name, "has a parent");
		}
		for (String each : values(pom, "//version")) {
			String resolved = each.replace("${project.version}", version);
			if (resolved.endsWith("SNAPSHOT") || resolved.contains("${")) {
				fault(name, "has the version " + each + " in its POM");
			}
		}
		int dependencies = values(pom, "/project/dependencies/dependency").size();
		int versions = values(pom, "/project/dependencies/dependency/version").size();
		if (dependencies != versions) {
			fault(name, "has %d dependencies, but versions of %d".formatted(dependencies, versions));
		}
		if (!values(pom, "/project/dependencies/dependency/scope[text() = 'test']").isEmpty()) {
			fault(name, "has dependencies of its tests in its POM");
		}
	}

	private void jars(Path folder, String name, String version) throws IOException {
		String start = name + "-" + version;
		for (String end : List.of(".jar", "-sources.jar", "-javadoc.jar", "-cyclonedx.json")) {
			if (!Files.exists(folder.resolve(start + end))) {
				fault(name, "has no " + start + end);
			}
			else if (end.endsWith(".jar")) {
				jar(folder.resolve(start + end), name, version);
			}
		}
		boolean starter = entries(folder.resolve(start + ".jar")).noneMatch((entry) -> entry.endsWith(".class"));
		if (!starter && entries(folder.resolve(start + "-sources.jar")).noneMatch((entry) -> entry.endsWith(".java"))) {
			fault(name, "has no sources in its jar of sources");
		}
		if (!starter && entries(folder.resolve(start + "-javadoc.jar")).noneMatch("index.html"::equals)) {
			fault(name, "has no pages in its jar of Javadoc");
		}
		if (starter != name.contains("-starter")) {
			fault(name, starter ? "has no classes" : "has classes");
		}
	}

	private void jar(Path file, String name, String version) throws IOException {
		try (JarFile jar = new JarFile(file.toFile())) {
			if (jar.getEntry("META-INF/LICENSE") == null) {
				fault(name, "has no licence in " + file.getFileName());
			}
			Manifest manifest = jar.getManifest();
			Attributes attributes = (manifest != null) ? manifest.getMainAttributes() : new Attributes();
			if (attributes.getValue(Attributes.Name.IMPLEMENTATION_TITLE) == null
					|| !version.equals(attributes.getValue(Attributes.Name.IMPLEMENTATION_VERSION))) {
				fault(name, "has no title and version in the manifest of " + file.getFileName());
			}
			if (file.endsWith(name + "-" + version + ".jar")) {
				String module = attributes.getValue("Automatic-Module-Name");
				if (module == null || module.endsWith(".unpublished")) {
					fault(name, "has no java.module.name: " + module);
				}
				String other = this.moduleNames.put(String.valueOf(module), name);
				if (other != null) {
					fault(name, "has the java.module.name of " + other);
				}
			}
		}
	}

	private void companions(String name, Path file) throws IOException, GeneralSecurityException {
		if (!Files.exists(Path.of(file + ".asc"))) {
			fault(name, "has no signature of " + file.getFileName());
		}
		checksum(name, file, ".md5", "MD5");
		checksum(name, file, ".sha1", "SHA-1");
	}

	private void checksum(String name, Path file, String end, String algorithm)
			throws IOException, GeneralSecurityException {
		Path checksum = Path.of(file + end);
		String right = HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(Files.readAllBytes(file)));
		if (!Files.exists(checksum) || !Files.readString(checksum, StandardCharsets.US_ASCII).strip().equals(right)) {
			fault(name, "has no right " + end + " of " + file.getFileName());
		}
	}

	private void fault(String artifact, String fault) {
		this.faults.add(artifact + " " + fault);
	}

	private String value(Document pom, String path) throws Exception {
		return this.xpath.evaluate(path, pom).strip();
	}

	private List<String> values(Document pom, String path) throws Exception {
		NodeList nodes = (NodeList) this.xpath.evaluate(path, pom, XPathConstants.NODESET);
		List<String> values = new ArrayList<>();
		for (int i = 0; i < nodes.getLength(); i++) {
			values.add(nodes.item(i).getTextContent().strip());
		}
		return values;
	}

	private static Stream<String> entries(Path file) throws IOException {
		if (!Files.exists(file)) {
			return Stream.empty();
		}
		try (JarFile jar = new JarFile(file.toFile())) {
			return jar.stream().map((entry) -> entry.getName()).toList().stream();
		}
	}

	private static boolean isPublished(Path file) {
		String name = file.getFileName().toString();
		return Stream.of(".asc", ".md5", ".sha1").noneMatch(name::endsWith);
	}

}
