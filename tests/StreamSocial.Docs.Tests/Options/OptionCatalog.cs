using System.Reflection;
using StreamSocial.Docs.Tests.Reference;

namespace StreamSocial.Docs.Tests.Options;

/// <summary>An option that configuration can set.</summary>
/// <param name="Key">Its key, such as <c>Streams:CheckpointInterval</c>.</param>
/// <param name="Root">The class of the key's section.</param>
/// <param name="Property">The property, of the root or of a class within it.</param>
/// <param name="Default">What a fresh instance of the section's class has.</param>
/// <param name="OwnDefault">What a fresh instance of the declaring class has, which is what its document is about.</param>
/// <param name="Meaning">The summary of its documentation.</param>
/// <param name="Value">The documented default and limits.</param>
internal sealed record Option(string Key, Type Root, PropertyInfo Property, object? Default, object? OwnDefault, string Meaning, DocumentedValue Value)
{
    public Type Type => Nullable.GetUnderlyingType(Property.PropertyType) ?? Property.PropertyType;

    public bool IsNumeric => Type == typeof(TimeSpan) || Type == typeof(int) || Type == typeof(long) || Type == typeof(double);

    public bool IsMap => Type.IsGenericType && Type.GetGenericTypeDefinition() == typeof(Dictionary<,>);
}

/// <summary>A class of options with its section.</summary>
internal sealed record OptionSection(string Name, Type Type, string Summary, IReadOnlyList<Option> Options);

/// <summary>All options of all programs: every class of StreamSocial that has a constant <c>SectionName</c>.</summary>
internal static class OptionCatalog
{
    private static readonly XmlDocumentation Documentation = new();

    public static IReadOnlyList<OptionSection> Sections { get; } = [.. Directory.EnumerateFiles(AppContext.BaseDirectory, "StreamSocial.*.dll")
        .Where(file => !file.EndsWith(".Tests.dll", StringComparison.Ordinal))
        .Select(Assembly.LoadFrom)
        .SelectMany(assembly => assembly.GetTypes())
        .Select(type => (Type: type, Section: type.GetField("SectionName", BindingFlags.Public | BindingFlags.Static)?.GetRawConstantValue() as string))
        .Where(found => found.Section is not null && found.Type.GetConstructor(Type.EmptyTypes) is not null)
        .OrderBy(found => found.Section, StringComparer.Ordinal).ThenBy(found => found.Type.Name, StringComparer.Ordinal)
        .Select(found => new OptionSection(
            found.Section!, found.Type, Documentation.Summary(found.Type), [.. OptionsOf(found.Section!, found.Type, found.Type, Activator.CreateInstance(found.Type)!)]))];

    public static IEnumerable<Option> All => Sections.SelectMany(section => section.Options);

    private static IEnumerable<Option> OptionsOf(string prefix, Type root, Type type, object instance)
    {
        var own = Activator.CreateInstance(type)!;
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance).OrderBy(property => property.MetadataToken))
        {
            var key = $"{prefix}:{property.Name}";
            if (IsValue(property))
            {
                yield return new Option(
                    key, root, property, property.GetValue(instance), property.GetValue(own), Documentation.Summary(property),
                    DocumentedValue.Parse(Documentation.Value(property)));
            }
            else if (property.CanWrite && property.PropertyType.Name.EndsWith("Options", StringComparison.Ordinal))
            {
                foreach (var option in OptionsOf(key, root, property.PropertyType, property.GetValue(instance)!))
                    yield return option;
            }
        }
    }

    /// <summary>Whether configuration can set it: what is computed, or has no text form, is no option.</summary>
    private static bool IsValue(PropertyInfo property)
    {
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Dictionary<,>))
            return true;
        return property.CanWrite
            && (type.IsEnum || type == typeof(string) || type == typeof(bool) || type == typeof(int) || type == typeof(long) || type == typeof(double)
                || type == typeof(TimeSpan) || type == typeof(Uri));
    }
}
