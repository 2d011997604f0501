using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace StreamSocial.Docs.Tests.Reference;

/// <summary>Reads the XML documentation beside an assembly, as Markdown on one line.</summary>
internal sealed partial class XmlDocumentation
{
    private readonly Dictionary<Assembly, Dictionary<string, XElement>> _members = [];

    public string Summary(Type type) => Read(type.Assembly, $"T:{NameOf(type)}", "summary");

    public string Summary(PropertyInfo property) => Read(property.DeclaringType!.Assembly, IdOf(property), "summary");

    public string Value(PropertyInfo property) => Read(property.DeclaringType!.Assembly, IdOf(property), "value");

    private static string NameOf(Type type) => type.FullName!.Replace('+', '.');

    private static string IdOf(PropertyInfo property) => $"P:{NameOf(property.DeclaringType!)}.{property.Name}";

    private string Read(Assembly assembly, string id, string element)
    {
        if (!_members.TryGetValue(assembly, out var members))
        {
            var file = Path.ChangeExtension(assembly.Location, ".xml");
            members = _members[assembly] = XDocument.Load(file).Descendants("member").ToDictionary(member => member.Attribute("name")!.Value);
        }

        return members.TryGetValue(id, out var found) && found.Element(element) is { } text ? Markdown(text) : "";
    }

    private static string Markdown(XElement element) => Spaces().Replace(string.Concat(element.Nodes().Select(Markdown)), " ").Trim();

    private static string Markdown(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "see" } see when see.Attribute("cref") is { } reference => $"`{ShortName(reference.Value)}`",
        XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
        XElement other => Markdown(other),
        _ => "",
    };

    /// <summary>An option is known by its name alone, as in its key; another member by its type and name.</summary>
    private static string ShortName(string reference)
    {
        var parts = reference.Split('(')[0].Split('.');
        return reference.StartsWith("T:", StringComparison.Ordinal) || parts[^2].EndsWith("Options", StringComparison.Ordinal) ? parts[^1] : $"{parts[^2]}.{parts[^1]}";
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
